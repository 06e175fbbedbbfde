// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// MaxUpload is how many bytes a file may have.
const MaxUpload = 128 << 20

// sniffed is how much of a file is looked at to tell its format.
const sniffed = 64 << 10

// Upload is a file as it comes in.
type Upload struct {
	Name    string
	Content io.Reader
}

// Stage takes a file in, to be checked in the background. It reads the content
// only for who may write here, and keeps nothing of one that breaks off or is
// over MaxUpload: it fails with fault.TooLarge. Where too much waits for a decision
// already it fails with fault.Invalid, and says how much may.
func (b *Batches) Stage(ctx context.Context, actor access.Actor, ws access.WorkspaceID, up Upload) (BatchID, error) {
	if err := b.Ledger.View(ctx, writing(actor, ws), func(tx LedgerReader) error { return b.fits(ctx, tx, 1) }); err != nil {
		return "", err
	}
	if b.Room != nil {
		if err := b.Room(); err != nil {
			return "", err
		}
	}
	batch, err := b.keep(ctx, up)
	if err != nil {
		return "", err
	}
	entry, work := b.entry(audit.ImportStaged, batch.ID, 0), b.work(CheckWork, batch.ID)
	err = b.Ledger.Update(ctx, writing(actor, ws), func(tx LedgerTx) error {
		if err := b.fits(ctx, tx, batch.Size); err != nil {
			return err
		}
		g := tx.Grant()
		batch.Org, batch.Staged, batch.Handling = g.Org(), actOf(g, entry.At), stagedHandling(g)
		return inOrder(
			func() error { return tx.InsertBatch(ctx, batch) },
			func() error { return tx.Queue(ctx, work) },
			func() error { return tx.Record(ctx, entry) },
		)
	})
	if err != nil {
		return "", errors.Join(err, b.clear(context.WithoutCancel(ctx), batch))
	}
	return batch.ID, nil
}

// fits holds what waits for a decision to its bound: nobody fills the disk with
// what nobody looks at.
func (b *Batches) fits(ctx context.Context, tx LedgerReader, size int64) error {
	waiting, err := tx.Undecided(ctx)
	if err == nil && waiting+size > b.Undecided {
		err = fault.New(fault.Invalid, "intel.upload.undecided").On("file").With("limit", strconv.FormatInt(b.Undecided>>20, 10)+" MB")
	}
	return err
}

// inOrder takes steps until one fails.
func inOrder(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// keep writes the upload to Files while it comes, and says what it is.
func (b *Batches) keep(ctx context.Context, up Upload) (Batch, error) {
	intake := intake{sum: sha256.New()}
	id, err := b.Files.Create(ctx, func(to io.Writer) error {
		_, err := io.Copy(io.MultiWriter(to, &intake), io.LimitReader(up.Content, MaxUpload+1))
		switch {
		case err != nil && !errors.Is(err, fault.Of(err)):
			return fault.Wrap(fault.Invalid, "intel.upload.broken", err).On("file")
		case err != nil:
			return err
		case intake.size > MaxUpload:
			return fault.New(fault.TooLarge, "intel.upload.large").On("file").With("limit", "128 MB")
		case intake.size == 0:
			return fault.New(fault.Invalid, "intel.upload.empty").On("file")
		}
		return nil
	})
	if err != nil {
		return Batch{}, err
	}
	return Batch{
		ID: BatchID(b.NewID()), State: Staged, File: fileName(up.Name), Format: b.formatOf(up.Name, intake.head), Counts: Counts{},
		Size: intake.size, SHA256: hex.EncodeToString(intake.sum.Sum(nil)), Upload: id, Total: intake.size,
	}, nil
}

// intake is what is learned of a file while it is written.
type intake struct {
	size int64
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
	head []byte
}

func (i *intake) Write(p []byte) (int, error) {
	i.size += int64(len(p))
	if room := sniffed - len(i.head); room > 0 {
		i.head = append(i.head, p[:min(room, len(p))]...)
	}
	return i.sum.Write(p)
}

// formatOf tells the format of a file by its beginning. What is named JSON is
// read as that, so that what is wrong with it is told.
func (b *Batches) formatOf(name string, head []byte) Format {
	head = bytes.TrimLeftFunc(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), unicode.IsSpace)
	isJSON := len(head) > 0 && (head[0] == '{' || head[0] == '[')
	switch {
	case isJSON && b.MISP.Sniff(head):
		return MISP
	case isJSON, strings.HasSuffix(strings.ToLower(name), ".json"), strings.HasSuffix(strings.ToLower(name), ".stix"):
		return STIX
	}
	return Text
}

// fileName is the last part of the name that a browser gave, without what does
// not print.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name))
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:120])
	}
	if name == "" || name == "." || name == "/" {
		return "?"
	}
	return name
}
