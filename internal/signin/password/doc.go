// SPDX-License-Identifier: Apache-2.0

// Package password holds the cryptography of passwords and one-time codes for
// package signin: argon2id (RFC 9106) and TOTP (RFC 6238).
package password
