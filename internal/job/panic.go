// SPDX-License-Identifier: Apache-2.0

package job

import "fmt"

// panicked is what a panic of a handler becomes.
type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprintf("panic in background work: %v", p.value) }
