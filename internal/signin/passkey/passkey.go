// SPDX-License-Identifier: Apache-2.0

// Package passkey holds the WebAuthn ceremonies of package signin: passkeys that
// name their owner and verify them, without attestation.
package passkey

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"entente.example/internal/fault"
	"entente.example/internal/signin"
)

// Authenticators implements signin.Authenticators for one relying party.
type Authenticators struct{ party *webauthn.WebAuthn }

var _ signin.Authenticators = Authenticators{}

// New returns the ceremonies of the site that browsers know by that host and
// origin; title is what an authenticator may show of it.
func New(host, origin, title string) (Authenticators, error) {
	party, err := webauthn.New(&webauthn.Config{
		RPID: host, RPOrigins: []string{origin}, RPDisplayName: title,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
	})
	return Authenticators{party}, err
}

// owner is an account as a relying party sees it. Its handle is the member's id:
// random, and nothing about them.
type owner struct {
	signin.Account
	credentials []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.Member) }
func (o owner) WebAuthnName() string                       { return o.Email }
func (o owner) WebAuthnDisplayName() string                { return o.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

// AskNew implements signin.Authenticators.
func (a Authenticators) AskNew(account signin.Account, held []signin.Passkey) (signin.Challenge, error) {
	var known webauthn.Credentials
	for _, p := range held {
		c, err := credentialOf(p)
		if err != nil {
			return signin.Challenge{}, err
		}
		known = append(known, c)
	}
	options, state, err := a.party.BeginRegistration(owner{Account: account}, webauthn.WithExclusions(known.CredentialDescriptors()))
	if err != nil {
		return signin.Challenge{}, err
	}
	return challenge(options, state)
}

// Ask implements signin.Authenticators.
func (a Authenticators) Ask() (signin.Challenge, error) {
	options, state, err := a.party.BeginDiscoverableLogin()
	if err != nil {
		return signin.Challenge{}, err
	}
	return challenge(options, state)
}

func challenge(options any, state *webauthn.SessionData) (c signin.Challenge, err error) {
	c.ID = nameOf(state.Challenge)
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	c.State, err = json.Marshal(state)
	return c, err
}

// nameOf names a ceremony by its challenge, which the answer repeats.
func nameOf(challenge string) string {
	sum := sha256.Sum256([]byte(challenge))
	return hex.EncodeToString(sum[:])
}

// Read implements signin.Authenticators.
func (Authenticators) Read(answer []byte) (signin.Answer, error) {
	var said struct {
		ID       protocol.URLEncodedBase64 `json:"rawId"`
		Response struct {
			ClientData protocol.URLEncodedBase64 `json:"clientDataJSON"`
		} `json:"response"`
	}
	var client protocol.CollectedClientData
	if err := errors.Join(json.Unmarshal(answer, &said), json.Unmarshal(said.Response.ClientData, &client)); err != nil {
		return signin.Answer{}, refuse(err)
	}
	return signin.Answer{Challenge: nameOf(client.Challenge), Passkey: text(said.ID)}, nil
}

// CheckNew implements signin.Authenticators.
func (a Authenticators) CheckNew(account signin.Account, state, answer []byte) (signin.Passkey, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return signin.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return signin.Passkey{}, refuse(err)
	}
	made, err := a.party.CreateCredential(owner{Account: account}, session, parsed)
	if err != nil {
		return signin.Passkey{}, refuse(err)
	}
	kept, err := json.Marshal(made)
	return signin.Passkey{ID: text(made.ID), Credential: kept}, err
}

// Check implements signin.Authenticators.
func (a Authenticators) Check(held signin.Passkey, state, answer []byte) ([]byte, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return nil, err
	}
	known, err := credentialOf(held)
	if err != nil {
		return nil, refuse(err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, refuse(err)
	}
	find := func(id, handle []byte) (webauthn.User, error) {
		if !bytes.Equal(id, known.ID) || string(handle) != string(held.Member) {
			return nil, errors.New("the passkey is not its bearer's")
		}
		return owner{Account: signin.Account{Member: held.Member}, credentials: []webauthn.Credential{known}}, nil
	}
	_, used, err := a.party.ValidatePasskeyLogin(find, session, parsed)
	if err != nil {
		return nil, refuse(err)
	}
	if used.Authenticator.CloneWarning {
		return nil, refuse(errors.New("the counter ran backwards"))
	}
	return json.Marshal(used)
}

func credentialOf(p signin.Passkey) (c webauthn.Credential, err error) {
	err = json.Unmarshal(p.Credential, &c)
	return c, err
}

// text writes the id of a credential.
func text(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

func refuse(err error) error { return fault.Wrap(fault.Invalid, "signin.passkey.refused", err) }
