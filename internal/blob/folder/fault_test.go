// SPDX-License-Identifier: Apache-2.0

//go:build linux

package folder_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"entente.example/internal/blob/folder"
	"entente.example/internal/fault"
	"entente.example/internal/inject"
)

// rootEnv names the folder in which the child process creates its blob.
const rootEnv = "ENTENTE_TEST_BLOBS"

// TestABlobIsThereWholeOrNotAtAll lets each call by which a blob comes to be
// fail, one after the other.
func TestABlobIsThereWholeOrNotAtAll(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 60_000)
	if root := os.Getenv(rootEnv); root != "" {
		createsUnderFaults(t, root, content)
		return
	}
	inject.Required(t)
	for _, call := range []struct {
		name, err string
		times     int // that a blob needs it, at least
	}{
		{"write", "ENOSPC", 3}, {"write", "EIO", 3}, {"fsync", "EIO", 2}, {"renameat", "EIO", 1}, {"openat", "EMFILE", 2}, {"close", "EIO", 2},
	} {
		t.Run(call.name+" "+call.err, func(t *testing.T) {
			k := 1
			for ; createFails(t, content, inject.Fault{Call: call.name, Error: call.err, When: strconv.Itoa(k)}); k++ {
				if k > 20 {
					t.Fatal("it never ends")
				}
			}
			if k-1 < call.times {
				t.Errorf("it failed %d times; a blob needs it %d times", k-1, call.times)
			}
		})
	}
}

// createFails reports whether a call failed, and holds the folder against what
// Create then said.
func createFails(t *testing.T, content []byte, f inject.Fault) bool {
	t.Helper()
	root, trace := t.TempDir(), filepath.Join(t.TempDir(), "trace")
	id := "abababababababababababababababab"
	f.Paths = []string{root, filepath.Join(root, id), filepath.Join(root, id+".part")}
	cmd := inject.Command(f, trace, os.Args[0], "-test.run", "^TestABlobIsThereWholeOrNotAtAll$", "-test.v")
	cmd.Env = append(os.Environ(), rootEnv+"="+root)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", f, err, out)
	}
	left := names(t, root)
	switch {
	case bytes.Contains(out, []byte("created\n")):
		if got, err := os.ReadFile(filepath.Join(root, id)); len(left) != 1 || err != nil || !bytes.Equal(got, content) {
			t.Errorf("%v: created, but there is %v, %d bytes, %v", f, left, len(got), err)
		}
	case !bytes.Contains(out, []byte("refused\n")) || len(left) != 0:
		t.Errorf("%v: left %v\n%s", f, left, out)
	}
	return inject.Hits(inject.Calls(t, trace)) > 0
}

// createsUnderFaults is the child: one thread, so that calls are counted.
func createsUnderFaults(t *testing.T, root string, content []byte) {
	runtime.LockOSThread()
	store := folder.Beside(root, bytes.NewReader(bytes.Repeat([]byte{0xab}, 16)))
	_, err := store.Create(t.Context(), func(w io.Writer) error {
		_, err := io.Copy(w, struct{ io.Reader }{bytes.NewReader(content)})
		return err
	})
	switch {
	case err == nil:
		os.Stdout.WriteString("created\n")
	case fault.KindOf(err) == fault.Unavailable:
		os.Stdout.WriteString("refused\n")
	default:
		t.Error(err)
	}
}
