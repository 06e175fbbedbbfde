// SPDX-License-Identifier: Apache-2.0

package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func sample(t *testing.T) set {
	t.Helper()
	loaded, err := load(fstest.MapFS{
		"dist/.keep":         {},
		"dist/app.css":       {Data: []byte(strings.Repeat(".a{color:red}", 100))},
		"dist/flags/fr.webp": {Data: []byte("RIFF....WEBP")},
	}, "dist")
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func get(s set, path, encoding string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func TestHandler(t *testing.T) {
	s := sample(t)
	at := Prefix + s.hash + "/"
	for name, c := range map[string]struct {
		path, encoding        string
		status                int
		mediaType, compressed string
	}{
		"a stylesheet goes out compressed":           {at + "app.css", "br, gzip;q=0.8", 200, "text/css; charset=utf-8", "gzip"},
		"who takes no gzip gets it plain":            {at + "app.css", "br", 200, "text/css; charset=utf-8", ""},
		"gzip weighed zero is refused":               {at + "app.css", "gzip;q=0.0", 200, "text/css; charset=utf-8", ""},
		"an image is not compressed again":           {at + "flags/fr.webp", "gzip", 200, "image/webp", ""},
		"the path of another build is not there":     {Prefix + "0000000000000000/app.css", "", 404, "text/plain; charset=utf-8", ""},
		"the placeholder is no asset":                {at + ".keep", "", 404, "text/plain; charset=utf-8", ""},
		"a path that climbs is not there":            {at + "../assets.go", "", 404, "text/plain; charset=utf-8", ""},
		"a folder is no asset and lists nothing":     {at + "flags/", "", 404, "text/plain; charset=utf-8", ""},
		"the bare prefix is no asset and no listing": {Prefix, "", 404, "text/plain; charset=utf-8", ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp := get(s, c.path, c.encoding)
			head := resp.Header
			if resp.StatusCode != c.status || head.Get("Content-Type") != c.mediaType || head.Get("Content-Encoding") != c.compressed {
				t.Errorf("got %d %q %q", resp.StatusCode, head.Get("Content-Type"), head.Get("Content-Encoding"))
			}
			if kept := strings.Contains(head.Get("Cache-Control"), "immutable"); kept != (c.status == 200) {
				t.Errorf("Cache-Control %q", head.Get("Cache-Control"))
			}
			if head.Get("X-Content-Type-Options") != "nosniff" {
				t.Error("the browser may guess the type")
			}
		})
	}
}

func TestBothFormsAreTheSameBytes(t *testing.T) {
	s := sample(t)
	at := Prefix + s.hash + "/app.css"
	plain, err := io.ReadAll(get(s, at, "").Body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(get(s, at, "gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(plain, unpacked) || len(plain) == 0 {
		t.Errorf("%d bytes plain, %d unpacked, %v", len(plain), len(unpacked), err)
	}
}

func TestTheHashFollowsTheContent(t *testing.T) {
	one := sample(t)
	other, err := load(fstest.MapFS{"dist/app.css": {Data: []byte("x")}}, "dist")
	if err != nil || one.hash == other.hash {
		t.Errorf("%s and %s, %v", one.hash, other.hash, err)
	}
}

func TestNoBuildIsNoFailure(t *testing.T) {
	empty, err := load(fstest.MapFS{"dist/.keep": {}}, "dist")
	if err != nil || len(empty.files) != 0 {
		t.Errorf("%v, %v", empty.files, err)
	}
}

// The first page is 60 KB, all told, in four requests.
func TestBudget(t *testing.T) {
	if !Built() {
		t.Skip("npm has not built the assets")
	}
	for name, limit := range map[string]int{"app.css": 15 << 10, "charts.css": 3 << 10, "app.js": 12 << 10} {
		if size := len(built.files[name].gzipped); size == 0 || size > limit {
			t.Errorf("%s: %d bytes compressed, limit %d", name, size, limit)
		}
	}
	font := built.files["fonts/ibm-plex-sans-latin-400-normal.woff2"]
	if size := len(font.body); size == 0 || size > 23<<10 {
		t.Errorf("Latin font: %d bytes", size)
	}
}
