// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"

	"entente.example/internal/config"
)

// Health asks the server that these settings start, on this machine, how it is,
// and prints the answer. It fails where there is none, or it is no.
func Health(ctx context.Context, cfg config.Config, ready bool, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	scheme, address := "http", cfg.Metrics
	if address == "" && cfg.TLS() {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(cmp.Or(address, cfg.Listen))
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	path := "/healthz"
	if ready {
		path = "/readyz"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		ServerName: cfg.Host(), InsecureSkipVerify: true, //nolint:gosec // a server of this machine is asked whether it lives: nothing is told to it
	}}}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(out, io.LimitReader(answer.Body, headerLimit)); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", answer.Status)
	}
	return nil
}
