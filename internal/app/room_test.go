// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
)

// TestUploadsEndBeforePostsDo fills the disk up to where what is left is for posts.
func TestUploadsEndBeforePostsDo(t *testing.T) {
	s := newStage(t)
	upload := func() int {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("file", "a.json")
		if err == nil {
			_, err = strings.NewReader(oneURL("http://two.kestrel.example/")).WriteTo(part)
		}
		if err == nil {
			err = form.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return s.knockAt(t, s, caller{"analyst", "ann", access.Passkey}, http.MethodPost, "/w/tyche/import", func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(&body), int64(body.Len())
			r.Header.Set("Content-Type", form.FormDataContentType())
		}).Code
	}
	if code := upload(); code != http.StatusSeeOther {
		t.Fatalf("with room, an upload answers %d", code)
	}
	s.config.DiskReserve = 1 << 60 // more than there is
	if code := upload(); code != http.StatusServiceUnavailable {
		t.Errorf("without room, an upload answers %d", code)
	}
	if _, err := s.Posts.Reply(t.Context(), gatetest.As("ann"), "tyche", discussion.PostDraft{Topic: discussion.TopicID(s.ids["tyche topic"]), Text: "There is room for this."}); err != nil {
		t.Errorf("a post is refused: %v", err)
	}
}
