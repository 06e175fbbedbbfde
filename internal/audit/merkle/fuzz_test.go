// SPDX-License-Identifier: Apache-2.0

package merkle_test

import (
	"bytes"
	"testing"

	"entente.example/internal/audit/merkle"
)

const someNote = "entente.example/log\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— entente.example/log Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"

func FuzzCheckpoint(f *testing.F) {
	f.Add("x\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := merkle.ParseCheckpoint(text)
		if err == nil && len(text) < len(c.Text()) {
			t.Errorf("%q reads as %q", text, c.Text())
		}
	})
}

func FuzzNote(f *testing.F) {
	log := signer(f, "entente.example/log")
	signed, err := log.Sign(3, merkle.Hash{1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Add([]byte(someNote))
	f.Fuzz(func(t *testing.T, data []byte) {
		opened, err := merkle.Open(data, log.Key())
		if err == nil && (opened.Size != 3 || opened.Root != merkle.Hash{1}) {
			t.Errorf("a checkpoint that was never signed opens: %q", data)
		}
		_, _ = merkle.Peek(data)
	})
}

func FuzzTilePath(f *testing.F) {
	f.Add("tile/0/x001/x234/067.p/8")
	f.Add("tile/entries/000")
	f.Fuzz(func(t *testing.T, path string) {
		level, n, w, err := merkle.ParsePath(path)
		if err == nil && (merkle.Path(level, n, w) != path || n < 0 || w < 1 || w > merkle.Width) {
			t.Errorf("%q reads as %d %d %d", path, level, n, w)
		}
	})
}

func FuzzBundle(f *testing.F) {
	f.Add(merkle.Bundle(make([]byte, 64)))
	f.Fuzz(func(t *testing.T, data []byte) {
		commitments, err := merkle.ParseBundle(data)
		if err == nil && !bytes.Equal(merkle.Bundle(commitments), data) {
			t.Errorf("%x comes back as another bundle", data)
		}
	})
}

func FuzzCosignature(f *testing.F) {
	f.Add([]byte("— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==\n"))
	witness, err := merkle.NewWitness(keyOfAWitness(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		if line, _, err := witness.Find([]byte(someNote), answer); err == nil {
			t.Errorf("%q counts as a cosignature", line)
		}
	})
}

func FuzzKeys(f *testing.F) {
	f.Add(keyOfAWitness(f))
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = merkle.NewWitness(text)
		_, _ = merkle.NewSigner(text)
		_, _ = merkle.NewCosigner(text, nil)
	})
}

func FuzzAddition(f *testing.F) {
	f.Add(merkle.Addition{Old: 1, Proof: leaves(0, 2), Checkpoint: []byte(someNote)}.Encode())
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := merkle.ParseAddition(body)
		if err == nil && !bytes.Equal(a.Encode(), body) {
			t.Errorf("%q comes back as %q", body, a.Encode())
		}
	})
}

func FuzzProof(f *testing.F) {
	f.Add(merkle.Proof{Extra: []byte("x"), Index: 2, Path: leaves(0, 2), Checkpoint: []byte(someNote)}.Encode())
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = merkle.ParseProof(data) })
}

func keyOfAWitness(f *testing.F) string {
	f.Helper()
	secret, err := merkle.NewWitnessKey(bytes.NewReader(bytes.Repeat([]byte{7}, 32)), "witness.example/w1")
	if err != nil {
		f.Fatal(err)
	}
	cosigner, err := merkle.NewCosigner(secret, nil)
	if err != nil {
		f.Fatal(err)
	}
	return cosigner.Key()
}
