// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

var sample = Table{Name: "a_table", Columns: []Column{
	{"id", Text, false}, {"n", Integer, false}, {"yes", Boolean, false}, {"raw", Bytes, false}, {"half", Real, false}, {"note", Text, true},
}}

var sampleRows = [][]any{
	{"", int64(0), false, []byte{}, 0.0, nil},
	{"é\nzwölf", int64(math.MinInt64), true, []byte{0, 0xff}, math.Pi, ""},
	{strings.Repeat("long ", 10_000), int64(math.MaxInt64), true, bytes.Repeat([]byte{7}, 100_000), math.Inf(-1), "there"},
}

func encoded(t testing.TB, tables ...Table) []byte {
	t.Helper()
	var out bytes.Buffer
	enc, err := NewEncoder(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if err := enc.Begin(table); err != nil {
			t.Fatal(err)
		}
		for _, row := range sampleRows {
			if err := enc.Row(row); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := enc.End(); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// decode reads all that there is.
func decode(in io.Reader) (tables []Table, rows [][]any, sums []Sum, err error) {
	dec, err := NewDecoder(in)
	if err != nil {
		return nil, nil, nil, err
	}
	for {
		table, err := dec.Table()
		if errors.Is(err, io.EOF) {
			return tables, rows, sums, nil
		}
		if err != nil {
			return nil, nil, nil, err
		}
		tables = append(tables, table)
		for {
			row, err := dec.Row()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, nil, nil, err
			}
			rows = append(rows, row)
		}
		sums = append(sums, dec.Sum())
	}
}

func TestRowsComeBackAsTheyWentIn(t *testing.T) {
	second := sample
	second.Name = "b_table"
	tables, rows, sums, err := decode(bytes.NewReader(encoded(t, sample, second)))
	if err != nil || !reflect.DeepEqual(tables, []Table{sample, second}) || !reflect.DeepEqual(rows, append(sampleRows, sampleRows...)) {
		t.Errorf("%v, %v, %d rows", err, tables, len(rows))
	}
	if len(sums) != 2 || sums[0].Rows != 3 || sums[0].SHA256 == sums[1].SHA256 {
		t.Errorf("%v; want two sums that differ by the name of their table", sums)
	}
}

func TestAnythingCutOrFlippedIsNoticed(t *testing.T) {
	small := sampleRows
	defer func() { sampleRows = small }()
	sampleRows = small[:2]
	whole := encoded(t, sample)
	for n := range whole {
		if _, _, _, err := decode(bytes.NewReader(whole[:n])); err == nil {
			t.Fatalf("cut to %d of %d bytes, it passes for whole", n, len(whole))
		}
		flipped := bytes.Clone(whole)
		flipped[n] ^= 0x10
		if _, _, _, err := decode(bytes.NewReader(flipped)); err == nil {
			t.Fatalf("with byte %d flipped, it passes for whole", n)
		}
	}
	if _, _, _, err := decode(bytes.NewReader(append(bytes.Clone(whole), 0))); !errors.Is(err, ErrDamaged) {
		t.Errorf("with something behind the end: %v", err)
	}
}

func TestGiantClaimsTakeNoMemory(t *testing.T) {
	giant := func(mark byte, n uint64) []byte {
		return binary.AppendUvarint(append([]byte(magic), mark), n)
	}
	head := encoded(t, sample)
	head = head[:bytes.IndexByte(head, aRow)] // up to the first row
	for name, in := range map[string][]byte{
		"a head of 2^60 bytes":      giant(beginTable, 1<<60),
		"a head of a gigabyte":      giant(beginTable, 1<<30),
		"a row of 2^63 bytes":       binary.AppendUvarint(append(bytes.Clone(head), aRow), 1<<63),
		"a row of 255 MB, not here": binary.AppendUvarint(append(bytes.Clone(head), aRow), 255<<20),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, _, err := decode(bytes.NewReader(in))
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, ErrDamaged) || took > 1<<20 {
			t.Errorf("%s: %v, %d bytes of memory", name, err, took)
		}
	}
}

func TestNamesThatCouldBeStatementsAreRefused(t *testing.T) {
	for _, name := range []string{"", "a; DROP TABLE b", "A", "1a", `a"`, "a b", strings.Repeat("a", 64)} {
		table := Table{Name: name, Columns: sample.Columns}
		if table.check() == nil {
			t.Errorf("table %q passes", name)
		}
		if (Table{Name: "a", Columns: []Column{{name, Text, false}}}).check() == nil {
			t.Errorf("column %q passes", name)
		}
	}
}

func FuzzDecoder(f *testing.F) {
	sampleRows = sampleRows[:2]
	f.Add(encoded(f, sample))
	f.Add([]byte(magic + "Z"))
	f.Fuzz(func(t *testing.T, in []byte) {
		tables, _, _, err := decode(bytes.NewReader(in))
		if err != nil {
			return
		}
		for _, table := range tables {
			if table.check() != nil {
				t.Errorf("table %q passed", table.Name)
			}
		}
	})
}
