// SPDX-License-Identifier: Apache-2.0

// Package passkeytest is a software authenticator for tests: it makes passkeys
// and signs in with them, as a browser and its device would together. What it
// takes are the options that a page gets from the server, what it gives is the
// answer that the page sends back.
package passkeytest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/url"
	"testing"
)

// The flags of authenticator data (WebAuthn Level 3, 6.1).
const (
	Present  byte = 0x01 // somebody touched it
	Verified byte = 0x04 // it was its owner: PIN or biometrics
	attested byte = 0x40
)

// Device holds one passkey: an ES256 key, made without attestation (WebAuthn
// Level 3, 6.5.4). A test may spoil what it says.
type Device struct {
	Key    *ecdsa.PrivateKey
	ID     []byte // of the credential
	Handle string // of the member, as the server gave it
	Count  uint32 // of signatures
	Origin string // of the page that asks, e.g. https://entente.example
	Host   string // the relying party: the origin's host
	Flags  byte
}

// New returns a device whose browser is at a page of origin.
func New(t testing.TB, origin string) *Device {
	t.Helper()
	site, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	if _, err := rand.Read(id); err != nil {
		t.Fatal(err)
	}
	return &Device{Key: key, ID: id, Origin: origin, Host: site.Hostname(), Flags: Present | Verified}
}

// Create answers the options of a registration.
func (d *Device) Create(t testing.TB, options []byte) []byte {
	t.Helper()
	asked := read(t, options)
	handle, err := base64.RawURLEncoding.DecodeString(asked.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	d.Handle = string(handle)
	data := d.authenticatorData(d.Flags | attested)
	data = append(data, make([]byte, 16)...) // AAGUID: it does not say what it is
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.ID)))
	data = append(append(data, d.ID...), d.publicKey(t)...)
	return d.answer(t, map[string]any{
		"clientDataJSON":    encode(d.clientData(t, "webauthn.create", asked.Challenge)),
		"attestationObject": encode(attestation(data)),
		"transports":        []string{"internal"},
	})
}

// Get answers the options of a sign-in.
func (d *Device) Get(t testing.TB, options []byte) []byte {
	t.Helper()
	client := d.clientData(t, "webauthn.get", read(t, options).Challenge)
	data := d.authenticatorData(d.Flags)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.Key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return d.answer(t, map[string]any{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": encode([]byte(d.Handle)),
	})
}

// asked is what either kind of options tells the device.
type asked struct {
	Challenge string `json:"challenge"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
}

func read(t testing.TB, options []byte) asked {
	t.Helper()
	var o struct {
		PublicKey asked `json:"publicKey"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatalf("options %q: %v", options, err)
	}
	if o.PublicKey.Challenge == "" {
		t.Fatalf("options without a challenge: %s", options)
	}
	return o.PublicKey
}

func (d *Device) clientData(t testing.TB, kind, challenge string) []byte {
	return marshal(t, map[string]any{"type": kind, "challenge": challenge, "origin": d.Origin, "crossOrigin": false})
}

func (d *Device) authenticatorData(flags byte) []byte {
	d.Count++
	host := sha256.Sum256([]byte(d.Host))
	return binary.BigEndian.AppendUint32(append(host[:], flags), d.Count)
}

func (d *Device) answer(t testing.TB, response map[string]any) []byte {
	return marshal(t, map[string]any{
		"id": encode(d.ID), "rawId": encode(d.ID), "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{}, "authenticatorAttachment": "platform",
	})
}

// publicKey is the key as a COSE_Key in CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
func (d *Device) publicKey(t testing.TB) []byte {
	point, err := d.Key.PublicKey.Bytes() // 0x04, x, y
	if err != nil {
		t.Fatal(err)
	}
	out := []byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}
	out = append(out, point[1:33]...)
	out = append(out, 0x22, 0x58, 0x20)
	return append(out, point[33:]...)
}

// attestation is {"fmt": "none", "attStmt": {}, "authData": data} in CBOR.
func attestation(data []byte) []byte {
	out := []byte{0xa3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n', 'e', 0x67, 'a', 't', 't', 'S', 't', 'm', 't', 0xa0,
		0x68, 'a', 'u', 't', 'h', 'D', 'a', 't', 'a', 0x59}
	out = binary.BigEndian.AppendUint16(out, uint16(len(data)))
	return append(out, data...)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
