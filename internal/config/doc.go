// SPDX-License-Identifier: Apache-2.0

// Package config reads the settings of a server from a file and from the
// environment, and checks them: a setting that is wrong, or that nobody knows,
// is named. The table in settings.go is the whole of them; docs/settings.md is
// made from it.
package config
