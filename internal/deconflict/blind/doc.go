// SPDX-License-Identifier: Apache-2.0

// Package blind is the cryptography of the blind match: it turns a technical
// value into a key that tells equal from unequal, and nothing else to who does
// not hold the secret.
//
// Who holds the secret can try all values of a small kind, such as IPv4
// addresses, one by one; where the secret lies is the matter of package seal.
package blind
