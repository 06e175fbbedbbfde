// SPDX-License-Identifier: Apache-2.0

package merkle_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"entente.example/internal/audit/merkle"
)

// shelf keeps tiles as a table would.
type shelf map[[2]int64][]byte

func (s shelf) load(level int, n int64) ([]byte, error) { return s[[2]int64{int64(level), n}], nil }

// grow appends leaves in steps of the sizes, over and over, until there are n.
func grow(t testing.TB, n int64, steps ...int64) shelf {
	t.Helper()
	s := shelf{}
	for size, i := int64(0), 0; size < n; i++ {
		step := min(steps[i%len(steps)], n-size)
		tiles, err := merkle.Extend(size, leaves(size, size+step), s.load)
		if err != nil {
			t.Fatal(err)
		}
		for _, tile := range tiles {
			s[[2]int64{int64(tile.Level), tile.N}] = tile.Hashes
		}
		size += step
	}
	return s
}

func leaves(from, to int64) (list []merkle.Hash) {
	for i := from; i < to; i++ {
		list = append(list, sha256.Sum256(fmt.Append(nil, i)))
	}
	return list
}

// mth is the tree hash as RFC 6962, section 2.1, defines it.
func mth(list []merkle.Hash) merkle.Hash {
	switch len(list) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, list[0][:]...))
	}
	k := 1
	for k*2 < len(list) {
		k *= 2
	}
	l, r := mth(list[:k]), mth(list[k:])
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

func TestATreeInTilesIsTheTreeOfTheStandard(t *testing.T) {
	const n = 2*256*256 + 700
	all, tiles := leaves(0, n), grow(t, n, 1, 500, 255, 256, 257, 3)
	for _, size := range []int64{0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, n} {
		want := mth(all[:size])
		if got, err := merkle.Root(size, tiles.load); err != nil || got != want {
			t.Errorf("root of %d leaves: %v, %v; want %v", size, got, err, want)
		}
		var growing merkle.Growing
		for _, node := range merkle.Nodes(bytesOf(all[:size])) {
			growing.Append(node)
		}
		if growing.Root() != want || growing.Size() != size {
			t.Errorf("grown to %d leaves: %v; want %v", size, growing.Root(), want)
		}
	}
}

func bytesOf(list []merkle.Hash) (data []byte) {
	for _, h := range list {
		data = append(data, h[:]...)
	}
	return data
}

func TestUpperTilesAreThoseThatExtendMakes(t *testing.T) {
	const n = 2*256*256 + 700
	tiles := grow(t, n, 500)
	var upper merkle.Upper
	got := shelf{}
	for i := int64(0); i < n/merkle.Width; i++ {
		for _, tile := range upper.Add(merkle.Fold(merkle.Nodes(tiles[[2]int64{merkle.Entries, i}]))) {
			got[[2]int64{int64(tile.Level), tile.N}] = tile.Hashes
		}
	}
	for _, tile := range upper.Partial() {
		got[[2]int64{int64(tile.Level), tile.N}] = tile.Hashes
	}
	for key, hashes := range tiles {
		if key[0] >= 1 && !bytes.Equal(got[key], hashes) {
			t.Errorf("tile %v differs", key)
		}
		delete(got, key)
	}
	if len(got) > 0 {
		t.Errorf("%d tiles too many", len(got))
	}
}

func TestProofs(t *testing.T) {
	const n = 70000
	tiles := grow(t, n, 500)
	at := func(size int64) merkle.Checkpoint {
		root, err := merkle.Root(size, tiles.load)
		if err != nil {
			t.Fatal(err)
		}
		return merkle.Checkpoint{Origin: "x", Size: size, Root: root}
	}
	now := at(n)
	for _, size := range []int64{0, 1, 255, 256, 300, 65536, 69999, n} {
		proof, err := merkle.Consistency(size, n, tiles.load)
		if err != nil {
			t.Fatal(err)
		}
		before := at(size)
		if err := merkle.CheckConsistency(proof, before, now); err != nil {
			t.Errorf("from %d: %v", size, err)
		}
		before.Root[0] ^= 1
		if merkle.CheckConsistency(proof, before, now) == nil {
			t.Errorf("from another tree of %d leaves: no error", size)
		}
	}
	if merkle.CheckConsistency(nil, now, at(5)) == nil {
		t.Error("a tree that shrank continues nothing")
	}
	for _, index := range []int64{0, 255, 256, 65535, 65536, n - 1} {
		proof, err := merkle.Inclusion(n, index, tiles.load)
		if err != nil {
			t.Fatal(err)
		}
		leaf := leaves(index, index+1)[0]
		if !merkle.CheckInclusion(proof, now, index, leaf) {
			t.Errorf("leaf %d is not proven", index)
		}
		leaf[3] ^= 1
		if merkle.CheckInclusion(proof, now, index, leaf) {
			t.Errorf("another leaf at %d is proven", index)
		}
	}
	short := shelf{{merkle.Entries, 0}: make([]byte, 64)}
	if _, err := merkle.Root(3, short.load); err == nil {
		t.Error("a tile that is cut short has a root")
	}
	if _, err := merkle.Extend(3, leaves(3, 4), short.load); err == nil {
		t.Error("a tile that is cut short is extended")
	}
}

func TestPathsAreThoseOfTlogTiles(t *testing.T) {
	for _, test := range []struct {
		path  string
		level int
		n     int64
		w     int
	}{
		{"tile/0/000", 0, 0, 256}, {"tile/2/x001/x234/067.p/8", 2, 1234067, 8},
		{"tile/entries/273.p/112", merkle.Entries, 273, 112}, {"tile/entries/x001/000", merkle.Entries, 1000, 256},
	} {
		level, n, w, err := merkle.ParsePath(test.path)
		if err != nil || level != test.level || n != test.n || w != test.w || merkle.Path(level, n, w) != test.path {
			t.Errorf("%s: %d %d %d %v", test.path, level, n, w, err)
		}
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/1", "tile/00/001", "tile/0/0001", "tile/0/001.p/256", "tile/0/001.p/0", "tile/0/001.p/08", "tile/-1/001",
		"tile/0/x000/001", "tile/64/001", "tile/data/001", "tile/0/001/002", "tile/0/../001", "tile/entries/-01", "tile/0/001.p/1/", "tile/0/+01",
	} {
		if _, _, _, err := merkle.ParsePath(path); err == nil {
			t.Errorf("%q names a tile", path)
		}
	}
}

func TestBundlesHoldWhatWasPutIn(t *testing.T) {
	want := bytesOf(leaves(0, 256))
	bundle := merkle.Bundle(want)
	if got, err := merkle.ParseBundle(bundle); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for name, data := range map[string][]byte{
		"cut": bundle[:40], "another length": append([]byte{0, 31}, make([]byte, 31)...), "too many": append(bytes.Clone(bundle), bundle[:34]...),
	} {
		if _, err := merkle.ParseBundle(data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func signer(t testing.TB, name string) merkle.Signer {
	t.Helper()
	secret, err := merkle.NewKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := merkle.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCheckpointsAreSignedAndCosigned(t *testing.T) {
	log := signer(t, "entente.example/log")
	signed, err := log.Sign(3, merkle.Leaf(merkle.Hash{1}))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := merkle.Open(signed, log.Key())
	if err != nil || opened.Size != 3 || opened.Origin != "entente.example/log" || opened.Root != merkle.Leaf(merkle.Hash{1}) {
		t.Fatalf("%+v, %v", opened, err)
	}
	if _, err := merkle.Open(signed, signer(t, "entente.example/log").Key()); err == nil {
		t.Error("another key of that name opens it")
	}
	if _, err := merkle.Open(bytes.Replace(signed, []byte("\n3\n"), []byte("\n4\n"), 1), log.Key()); err == nil {
		t.Error("another size opens")
	}

	secret, err := merkle.NewWitnessKey(rand.Reader, "witness.example/w")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1700000000, 0)
	cosigner, err := merkle.NewCosigner(secret, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	witness, err := merkle.NewWitness(cosigner.Key())
	if err != nil {
		t.Fatal(err)
	}
	answer := cosigner.Cosign(opened.Text())
	line, at, err := witness.Find(signed, []byte(answer))
	if err != nil || line != answer || !at.Equal(now) {
		t.Errorf("%q %v %v", line, at, err)
	}
	other, err := merkle.Open(append(bytes.Clone(signed), answer...), log.Key(), witness)
	if err != nil || len(other.Witnesses) != 1 || other.Witnesses[0] != "witness.example/w" {
		t.Errorf("cosigned: %v, %v", other.Witnesses, err)
	}
	forged := strings.Replace(answer, "A", "B", 1)
	if _, _, err := witness.Find(signed, []byte(forged)); err == nil {
		t.Error("a forged cosignature counts")
	}
	if _, err := merkle.NewWitness(strings.Replace(cosigner.Key(), "example", "other", 1)); err == nil {
		t.Error("a key under another name counts")
	}
}

// TestTheExampleOfTheStandardIsRead reads the vectors in signed-note and
// tlog-checkpoint.
func TestTheExampleOfTheStandardIsRead(t *testing.T) {
	verifier, err := note.NewVerifier("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
	if err != nil {
		t.Fatal(err)
	}
	const text = "This is an example message.\n\n— example.com/foo " +
		"Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
	if _, err := note.Open([]byte(text), note.VerifierList(verifier)); err != nil {
		t.Error(err)
	}
	c, err := merkle.ParseCheckpoint("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")
	if err != nil || c.Size != 20852163 {
		t.Errorf("%+v, %v", c, err)
	}
	for _, bad := range []string{
		"", "x\n", "x\n1\n", "x\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "x\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"x\n1\nshort\n", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
	} {
		if _, err := merkle.ParseCheckpoint(bad); err == nil {
			t.Errorf("%q is read as a checkpoint", bad)
		}
	}
}

func TestRequestsAndProofsComeBackAsTheyWent(t *testing.T) {
	log := signer(t, "entente.example/log")
	signed, err := log.Sign(9, merkle.Hash{2})
	if err != nil {
		t.Fatal(err)
	}
	want := merkle.Addition{Old: 7, Proof: leaves(0, 3), Checkpoint: signed}
	got, err := merkle.ParseAddition(want.Encode())
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v, %v", got, err)
	}
	proof := merkle.Proof{Extra: []byte("what the leaf opens to"), Index: 6, Path: leaves(0, 4), Checkpoint: signed}
	back, err := merkle.ParseProof(proof.Encode())
	if err != nil || fmt.Sprint(back) != fmt.Sprint(proof) {
		t.Errorf("%+v, %v", back, err)
	}
}
