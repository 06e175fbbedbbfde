// SPDX-License-Identifier: Apache-2.0

// Package signinweb shows signing in to the browser: the way in and out, what a
// member signs in with and where they are signed in, and the last steps of an
// invitation, in which its newcomer adds their first means (package memberweb
// has the steps before).
//
// Passkeys are exchanged in JSON between the page's passkey element and two
// addresses, named in the element:
//   - begin takes the fields of the form ({"name": …} for a new passkey) and
//     answers the options of the ceremony, {"publicKey": …}, as
//     PublicKeyCredential.parse…OptionsFromJSON reads them;
//   - finish takes the credential as PublicKeyCredential.toJSON writes it, and
//     answers {"next": path}, where the page goes. The challenge in the credential
//     says which ceremony it ends;
//   - what is refused answers 4xx and {"error": text} in the reader's language.
//
// The address that attempts are counted by is the one that the connection comes
// from, an IPv6 address by its /64: behind a proxy that is the proxy's.
package signinweb
