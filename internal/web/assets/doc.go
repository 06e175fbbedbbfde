// SPDX-License-Identifier: Apache-2.0

// Package assets holds what the browser loads besides pages: the stylesheet,
// the script, fonts and flags that npm built into dist, embedded.
//
// All of it lies under one path that carries the hash of its content, so a
// browser keeps it for ever and a new build is a new path. Without a build the
// program still compiles and pages still work, unstyled; Built tells.
package assets
