// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
)

// Findings implements intel.LedgerReader.
func (l ledger) Findings(ctx context.Context, id intel.BatchID, w intel.Wanted) (findings []intel.Finding, err error) {
	args := []any{l.grant.Workspace(), id, w.From, w.Limit, int64(w.UpTo)}
	for _, v := range w.Verdicts {
		args = append(args, v)
	}
	err = l.sql.All(ctx, `
		SELECT ordinal, start, length, spec, stix_id, type, version, digest, own_tlp, source, verdict, field, reason, args, withheld
		FROM intel_verdict WHERE workspace_id = $1 AND batch_id = $2 AND ordinal >= $3 AND own_tlp <= $5 AND verdict IN (`+sqldb.Placeholders(6, len(w.Verdicts))+`)
		ORDER BY ordinal LIMIT $4`, args, func(scan func(...any) error) error {
		f, err := scanFinding(scan)
		findings = append(findings, f)
		return err
	})
	return findings, err
}

// Red implements intel.LedgerReader, from an index of those alone.
func (l ledger) Red(ctx context.Context, ids []intel.BatchID) (map[intel.BatchID]intel.Counts, error) {
	red := map[intel.BatchID]intel.Counts{}
	err := in(ids, 2, func(list string, names []any) error {
		return l.sql.All(ctx, `
			SELECT batch_id, type, verdict, COUNT(*) FROM intel_verdict WHERE workspace_id = $1 AND batch_id IN `+list+` AND own_tlp = 4
			GROUP BY batch_id, type, verdict`, append([]any{l.grant.Workspace()}, names...), func(scan func(...any) error) error {
			var id intel.BatchID
			var kind string
			var verdict intel.Verdict
			var n int64
			err := scan(&id, &kind, &verdict, &n)
			if red[id] == nil {
				red[id] = intel.Counts{}
			}
			if red[id][kind] == nil {
				red[id][kind] = map[intel.Verdict]int64{}
			}
			red[id][kind][verdict] += n
			return err
		})
	})
	return red, err
}

func scanFinding(scan func(...any) error) (f intel.Finding, err error) {
	var version int64
	var digest []byte
	var args string
	err = scan(&f.Ordinal, &f.Start, &f.Length, &f.Spec, &f.StixID, &f.Type, &version, &digest, &f.Stated, &f.Source,
		&f.Verdict, &f.Field, &f.Reason, &args, &f.Withheld)
	if err != nil {
		return f, err
	}
	f.Version = versionAt(version)
	copy(f.Digest[:], digest)
	f.Args, err = readArgs(args)
	return f, err
}

// InsertFindings implements intel.LedgerTx.
func (l ledger) InsertFindings(ctx context.Context, id intel.BatchID, findings []intel.Finding) error {
	rows := make([][]any, len(findings))
	for i, f := range findings {
		args, err := writeArgs(f.Args)
		if err != nil {
			return err
		}
		rows[i] = []any{
			l.grant.Workspace(), id, f.Ordinal, f.Start, f.Length, text(f.Spec), text(string(f.StixID)), text(f.Type), versionMicros(f.Version),
			f.Digest[:], int64(f.Stated), text(f.Source), string(f.Verdict), text(f.Field), f.Reason, text(args), f.Withheld,
		}
	}
	return l.sql.Insert(ctx, "intel_verdict", []string{
		"workspace_id", "batch_id", "ordinal", "start", "length", "spec", "stix_id", "type", "version",
		"digest", "own_tlp", "source", "verdict", "field", "reason", "args", "withheld",
	}, rows)
}

// DropFindings implements intel.LedgerTx.
func (l ledger) DropFindings(ctx context.Context, id intel.BatchID, limit int) (int64, error) {
	return l.sql.Change(ctx, `
		DELETE FROM intel_verdict WHERE workspace_id = $1 AND batch_id = $2 AND ordinal IN (
			SELECT ordinal FROM intel_verdict WHERE workspace_id = $1 AND batch_id = $2 ORDER BY ordinal LIMIT $3)`,
		l.grant.Workspace(), id, limit)
}

func writeArgs(args map[string]any) (string, error) {
	if len(args) == 0 {
		return "", nil
	}
	out, err := json.Marshal(args)
	return string(out), err
}

// readArgs reads the arguments of a message; whole numbers come back as such.
func readArgs(text string) (args map[string]any, err error) {
	if text == "" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(text), &args)
	for name, value := range args {
		if n, ok := value.(float64); ok && n == float64(int64(n)) {
			args[name] = int64(n)
		}
	}
	return args, err
}

// text is what a file says, as a table takes it: UTF-8 without NUL, and not
// without end.
func text(s string) string {
	const most = 1_000
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if len(s) <= most {
		return s
	}
	cut := most
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}
