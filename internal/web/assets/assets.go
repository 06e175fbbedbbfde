// SPDX-License-Identifier: Apache-2.0

package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Prefix is the path under which Handler is mounted.
const Prefix = "/assets/"

var built = mustLoad(dist, "dist")

// Built tells whether npm's build is embedded.
func Built() bool { return built.files["app.css"].body != nil }

// URL returns the path of an asset, such as "app.css" or "flags/fr.webp".
func URL(name string) string { return Prefix + built.hash + "/" + name }

// Handler serves the assets under Prefix. Those of another build are not there.
func Handler() http.Handler { return built }

// set is one build, by name, with the hash of all of it.
type set struct {
	hash  string
	files map[string]file
}

// file is one asset; gzipped is nil where compressing gains nothing.
type file struct {
	mediaType     string
	body, gzipped []byte
}

func mustLoad(from fs.FS, root string) set {
	loaded, err := load(from, root)
	if err != nil {
		panic("assets: " + err.Error()) // what is embedded can be read
	}
	return loaded
}

func load(from fs.FS, root string) (set, error) {
	loaded := set{files: map[string]file{}}
	sum := sha256.New()
	err := fs.WalkDir(from, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == ".keep" {
			return err
		}
		body, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		name = strings.TrimPrefix(name, root+"/")
		sum.Write([]byte(name + "\x00"))
		sum.Write(body)
		loaded.files[name] = file{mediaType: mediaType(name), body: body, gzipped: compress(name, body)}
		return nil
	})
	loaded.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return loaded, err
}

// mediaType is the house's own list: the machine's may differ.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".webp":
		return "image/webp"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}

// compress returns body gzipped, or nil for what is compressed already.
func compress(name string, body []byte) []byte {
	switch path.Ext(name) {
	case ".webp", ".woff2":
		return nil
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil || w.Close() != nil || out.Len() >= len(body) {
		return nil
	}
	return out.Bytes()
}
