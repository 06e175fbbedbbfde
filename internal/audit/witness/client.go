// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente.example/internal/audit"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/loopback"
)

// Client asks one witness.
type Client struct {
	address string
	key     merkle.Witness
	http    *http.Client
}

const (
	patience    = 10 * time.Second
	answerLimit = merkle.NoteLimit
	sizeType    = "text/x.tlog.size"
)

// NewClient returns the client of the witness at that submission prefix, whose
// cosignatures that verifier key verifies. Only this machine is spoken to without
// TLS.
func NewClient(address, key string) (*Client, error) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.Scheme != "https" && (at.Scheme != "http" || !loopback.Is(at.Hostname())) {
		return nil, fmt.Errorf("want an https address, have %s", address)
	}
	verifier, err := merkle.NewWitness(key)
	if err != nil {
		return nil, fmt.Errorf("witness %s: %w", address, err)
	}
	return &Client{strings.TrimSuffix(address, "/"), verifier, &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Parse reads the setting: address and key of each witness, all apart by spaces.
func Parse(setting string) (clients []*Client, err error) {
	words := strings.Fields(setting)
	if len(words)%2 != 0 {
		return nil, errors.New("want the address and the key of each witness, one after the other")
	}
	for pair := range slices.Chunk(words, 2) {
		c, err := NewClient(pair[0], pair[1])
		if err != nil {
			return nil, err
		}
		clients = append(clients, c)
	}
	return clients, nil
}

// Name returns the name of the witness's key.
func (c *Client) Name() string { return c.key.Name() }

// Cosign sends a checkpoint and returns its cosignature, verified. It fails with a
// *merkle.SizeError when the witness knows another size than the proof begins at.
func (c *Client) Cosign(ctx context.Context, a merkle.Addition) (out audit.Cosignature, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address+"/add-checkpoint", bytes.NewReader(a.Encode()))
	if err != nil {
		return out, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return out, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit+1))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return out, err
	}
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusConflict:
		return out, sizeIn(response, body)
	default:
		return out, fmt.Errorf("the witness answers %d", response.StatusCode)
	}
	checkpoint, err := merkle.Peek(a.Checkpoint)
	if err != nil {
		return out, err
	}
	line, at, err := c.key.Find(a.Checkpoint, body)
	return audit.Cosignature{Size: checkpoint.Size, Witness: c.Name(), At: at, Line: line}, err
}

func sizeIn(response *http.Response, body []byte) error {
	size, err := strconv.ParseInt(strings.TrimSuffix(string(body), "\n"), 10, 64)
	if err != nil || size < 0 || response.Header.Get("Content-Type") != sizeType {
		return errors.New("the witness answers with a conflict and no size")
	}
	return &merkle.SizeError{Size: size}
}
