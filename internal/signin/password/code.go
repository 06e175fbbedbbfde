// SPDX-License-Identifier: Apache-2.0

package password

import (
	"bytes"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"entente.example/internal/signin"
)

const (
	period    = 30 // seconds
	skew      = 1  // steps that a clock may be off, either way
	secretLen = 20 // bytes, as RFC 4226 recommends
)

// Codes implements signin.Codes with what every authenticator app knows: SHA-1,
// six digits, thirty seconds.
type Codes struct {
	random io.Reader
	issuer string
}

var _ signin.Codes = Codes{}

// NewCodes returns Codes with secrets from random; apps show them under issuer.
func NewCodes(random io.Reader, issuer string) Codes { return Codes{random, issuer} }

// NewSecret implements signin.Codes.
func (c Codes) NewSecret() (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: c.issuer, AccountName: "-", SecretSize: secretLen, Rand: c.random})
	if err != nil {
		return "", err
	}
	return key.Secret(), nil
}

// Step implements signin.Codes. All steps are tried whether or not one fits.
func (c Codes) Step(secret, code string, now time.Time) (step int64, ok bool) {
	usable := secret != ""
	if !usable {
		secret = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	}
	at := now.Unix() / period
	for s := at - skew; s <= at+skew; s++ {
		want, err := totp.GenerateCode(secret, time.Unix(s*period, 0))
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && err == nil {
			step, ok = s, usable
		}
	}
	return step, ok
}

// Label implements signin.Codes.
func (c Codes) Label(account signin.Account, secret string) (uri, picture string, err error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return "", "", err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: c.issuer, AccountName: account.Email, Secret: raw})
	if err != nil {
		return "", "", err
	}
	picture, err = qr(key)
	return key.URL(), picture, err
}

// The sizes of QR codes, in modules (ISO/IEC 18004), and the quiet margin.
const (
	smallest = 21
	largest  = 177
	grows    = 4
	margin   = 4
)

// qr draws the key's address as a QR code, one unit a module.
func qr(key *otp.Key) (string, error) {
	for size := smallest; size <= largest; size += grows {
		img, err := key.Image(size, size)
		if err != nil {
			continue // too small for what it holds
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %[1]d" shape-rendering="crispEdges">`+
			`<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="`, size+2*margin)
		for y := range size {
			for x := range size {
				if r, _, _, _ := img.At(x, y).RGBA(); r == 0 {
					fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+margin, y+margin)
				}
			}
		}
		b.WriteString(`"/></svg>`)
		return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
	}
	return "", fmt.Errorf("no QR code holds %d characters", len(key.URL()))
}
