// SPDX-License-Identifier: Apache-2.0

// Package ui is how Entente looks: the frame around every page and the
// components that pages are made of.
//
// Components take values made for them, never a domain object. They carry no
// inline script and no inline style, so that the strict Content-Security-Policy
// holds; they work as links and forms, and the islands of web/src make them
// livelier. Every word comes from the catalogues; what is given as Label, Title
// or Text is in the reader's words already. Layout is said in logical
// directions, so that Arabic mirrors the whole.
//
// Design shows each component in each of its states.
package ui
