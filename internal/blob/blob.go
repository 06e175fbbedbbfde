// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"context"
	"io"
)

// Store keeps blobs. Its methods speak in the types of the standard library
// alone, so that a feature's own port has the same shape. It is safe for
// concurrent use. blobtest.Store states what a Store must do.
type Store interface {
	// Create lets fill write a new blob and returns its id. The blob is on disk
	// when Create returns nil. Where fill or the store fails, nothing is kept and
	// the error of fill comes back as it was.
	Create(ctx context.Context, fill func(io.Writer) error) (id string, err error)
	// Open reads a blob from its beginning. It fails with fault.NotFound where
	// there is none of that id.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, error)
	// Delete removes a blob. One that is not there is no error.
	Delete(ctx context.Context, id string) error
}
