// SPDX-License-Identifier: Apache-2.0

// Package observable knows technical values: addresses, names, hashes, wallets,
// numbers. It brings each to one canonical form, so that equal things are equal
// bytes whoever typed them, finds them in pasted text, defanged or not, and
// tells those that public warning lists know.
//
// A Value is made by Canonical and Extract alone. The canonical form of a
// canonical form is itself, and so is that of its defanged display. The package
// does no I/O, and contacts no value. What a value means, who brought it and
// who may see it is for the rooms that hold it.
package observable
