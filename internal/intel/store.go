// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"
	"io"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

// Ledger keeps imports and what they bring. Each transaction is opened in
// somebody's name, and is bound to the workspace of its ask. inteltest.Store
// states what a Ledger and a Shelf must do.
type Ledger interface {
	View(ctx context.Context, ask access.Ask, fn func(LedgerReader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(LedgerTx) error) error
}

// LedgerReader reads the imports of a workspace, as far as its holder may see
// them.
type LedgerReader interface {
	// Grant returns the proof under which this transaction was opened.
	Grant() access.Grant
	// Batch returns a batch. It fails with access.ErrHidden where there is none
	// that the holder may see.
	Batch(ctx context.Context, id BatchID) (Batch, error)
	// Batches returns at most limit batches before that one, the newest first;
	// from the newest if before is empty. Their counts are whole.
	Batches(ctx context.Context, before BatchID, limit int) ([]Batch, error)
	// BatchesOf returns at most limit of those batches that the holder staged or
	// decided and those that are ready, the newest first. Their counts are whole.
	BatchesOf(ctx context.Context, limit int) ([]Batch, error)
	// Briefs returns at most limit batches in brief, those that are ready first, then
	// the newest.
	Briefs(ctx context.Context, limit int) ([]Brief, error)
	// Undecided returns how many bytes of uploads the holder's organisation has here
	// that are not decided on.
	Undecided(ctx context.Context) (int64, error)
	// Findings returns findings of a batch in order.
	Findings(ctx context.Context, id BatchID, w Wanted) ([]Finding, error)
	// Red counts the objects of the batches that state TLP:RED.
	Red(ctx context.Context, ids []BatchID) (map[BatchID]Counts, error)
	// Held returns, for each of the STIX ids, what is here of it that the holder
	// may see, or that has the audience.
	Held(ctx context.Context, ids []stix.StixID, audience []string) (map[stix.StixID][]Held, error)
	// Markings returns which of the marking definitions state a TLP, as they stand
	// here. One that is not here is absent.
	Markings(ctx context.Context, ids []stix.StixID) (map[stix.StixID]Stated, error)
	// Cards returns who members are to others.
	Cards(ctx context.Context, ids []access.MemberID) (map[access.MemberID]access.Card, error)
}

// Wanted says which findings are to be read.
type Wanted struct {
	Verdicts []Verdict
	UpTo     Stated // of what states no more than that
	From     int64  // ordinal
	Limit    int
}

// LedgerTx reads and writes the imports of a workspace.
type LedgerTx interface {
	LedgerReader
	// InsertBatch keeps a new batch.
	InsertBatch(ctx context.Context, b Batch) error
	// ChangeBatch writes all of a batch but what it is: id, file, organisation and
	// who staged it.
	ChangeBatch(ctx context.Context, b Batch) error
	// InsertFindings keeps findings; DropFindings forgets at most limit of those of
	// a batch, and returns how many there were.
	InsertFindings(ctx context.Context, id BatchID, findings []Finding) error
	DropFindings(ctx context.Context, id BatchID, limit int) (int64, error)
	// Tick returns the first of n moments for what is added: each later than all
	// that the workspace has given out. Whoever ticks is alone in the workspace
	// until the transaction ends.
	Tick(ctx context.Context, n int) (time.Time, error)
	// SaveHandling keeps a handling and returns its id.
	SaveHandling(ctx context.Context, h access.Handling) (string, error)
	// Place writes a slice, and matches its values.
	Place(ctx context.Context, s Slice) error
	// Brought returns at most limit objects that the batch added versions to.
	Brought(ctx context.Context, id BatchID, limit int) ([]Rest, error)
	// Withdraw takes versions of a batch away and writes what is left.
	Withdraw(ctx context.Context, w Withdrawal) error
	// Forget takes the batch out of the blind match.
	Forget(ctx context.Context, id BatchID) error
	// Queue asks for background work on a batch.
	Queue(ctx context.Context, w Work) error
	// Record queues a journal entry.
	Record(ctx context.Context, e audit.Entry) error
	// Awaited reports whether somebody waits for the transaction to end.
	Awaited() bool
}

// Work is background work on a batch; ID is that of the job.
type Work struct {
	ID    string
	Kind  string
	Batch BatchID
	At    time.Time
}

// The kinds of background work. Their payload is the id of the batch.
const (
	CheckWork = "import-check"
	ApplyWork = "import-apply"
	UndoWork  = "import-undo"
)

// Slice is what one transaction of an import writes.
type Slice struct {
	Batch    Batch
	Versions []NewVersion
	Objects  []Placed
	Tally    map[Tally]int64 // how many more of each, or fewer
}

// NewVersion is a version to be kept.
type NewVersion struct {
	Object   ObjectID
	Version  time.Time
	Raw      []byte
	Format   string
	Digest   [32]byte
	Handling string // id
	Stated   Stated
	Source   string
	AddedAt  time.Time
}

// Placed is an object whose newest version is of this slice.
type Placed struct {
	ID        ObjectID
	New       bool // it was not here before
	Audience  string
	Head      time.Time
	Handling  string // id
	Marked    access.Handling
	Batch     BatchID // that brought it first
	DateAdded time.Time
	Candidate Candidate
}

// Rest is an object of which a batch is taken away, with its versions by other
// batches.
type Rest struct {
	Held
	Left []Kept
}

// Kept is a version that is here.
type Kept struct {
	NewVersion
	Batch BatchID
}

// Withdrawal is what one transaction of an undo writes.
type Withdrawal struct {
	Batch    BatchID
	Gone     []ObjectID      // nothing is left of these
	Restored []Placed        // what these are again
	Tally    map[Tally]int64 // how many more of each, or fewer
}

// Observed is a technical value that came in with an object, for the blind match.
type Observed struct {
	Object       ObjectID
	Value        observable.Value
	Handling     string // id
	DoNotDisrupt bool
}

// Shelf reads the objects of workspaces.
type Shelf interface {
	View(ctx context.Context, ask access.Ask, fn func(ShelfReader) error) error
	// Look is for a sensitive look: what fn reads may be given out once Look
	// returns nil, and then the entry that fn returned is committed.
	Look(ctx context.Context, ask access.Ask, fn func(ShelfReader) (audit.Entry, error)) error
}

// ShelfReader reads the objects of one workspace that its holder may see and
// whose batch has ended.
type ShelfReader interface {
	Grant() access.Grant
	// Objects returns at most limit objects that match f, in the order of f, after
	// that key. By name and by source, those come last that have none, or of which
	// it is withheld.
	Objects(ctx context.Context, f Filter, after Key, limit int) ([]Object, error)
	// Tallies returns how many objects there are of each kind: of the largest kinds,
	// where there are more than many thousands.
	Tallies(ctx context.Context) ([]Counted, error)
	// Measure returns how many objects match f, by marking, and the sum of their
	// sizes. It counts one by one.
	Measure(ctx context.Context, f Filter) (Measure, error)
	// Object fails with access.ErrHidden where there is none.
	Object(ctx context.Context, id ObjectID) (Object, error)
	// Versions returns those versions of an object that the holder may read, the
	// newest first, at most limit.
	Versions(ctx context.Context, id ObjectID, limit int) ([]Version, error)
	Values(ctx context.Context, id ObjectID) ([]observable.Value, error)
	// EdgesOf returns what the object refers to; EdgesTo which objects refer to
	// it. At most limit.
	EdgesOf(ctx context.Context, id ObjectID, limit int) ([]Edge, error)
	EdgesTo(ctx context.Context, id stix.StixID, limit int) ([]EdgeFrom, error)
	// Neighbours returns what is here under the STIX ids. What a neighbour says is
	// withheld where a look at it is recorded.
	Neighbours(ctx context.Context, ids []stix.StixID) (map[stix.StixID]Neighbour, error)
	// Ties returns at most limit links that have one of the objects at an end, but
	// for who made them and how they are marked. Relationships are links, not ends.
	Ties(ctx context.Context, ids []stix.StixID, limit int) ([]Tied, error)
	// Pointed returns how many relationships lead to each STIX id of that type.
	Pointed(ctx context.Context, kind string) (map[stix.StixID]int64, error)
	// Brought returns how many objects came in on each day since then (UTC), by
	// the day of the decision; days without any are left out.
	Brought(ctx context.Context, since time.Time) ([]Brought, error)
	// Origin returns the batch that brought an object, if the holder may see it.
	Origin(ctx context.Context, id BatchID) (Origin, error)
	// Holds reports whether any object has one of the values.
	Holds(ctx context.Context, values []observable.Value) (bool, error)
	OrgCards(ctx context.Context, ids []access.OrgID) (map[access.OrgID]access.Card, error)
	// Cards returns who members are to others.
	Cards(ctx context.Context, ids []access.MemberID) (map[access.MemberID]access.Card, error)
	// Pieces returns the newest versions of at most limit objects that match f,
	// by id after that one.
	Pieces(ctx context.Context, f Filter, after ObjectID, limit int) ([]Piece, error)
}

// EdgeFrom is an edge with the object that has it.
type EdgeFrom struct {
	Edge
	From Neighbour
}

// Piece is an object on its way out.
type Piece struct {
	ID       ObjectID
	Raw      []byte
	Format   string
	Stated   Stated
	TLP      access.TLP // as it is handled here
	Withheld bool       // a look at it is recorded
}

// Measure is how much an export takes.
type Measure struct {
	Objects int64
	Bytes   int64
	ByTLP   map[access.TLP]int64
}

// Files keeps bytes until a decision is made on them.
type Files interface {
	// Create keeps what fill writes, or nothing where it fails, and returns its id.
	Create(ctx context.Context, fill func(io.Writer) error) (id string, err error)
	Open(ctx context.Context, id string) (io.ReadSeekCloser, error)
	// Delete removes a file. One that is not there is no error.
	Delete(ctx context.Context, id string) error
}
