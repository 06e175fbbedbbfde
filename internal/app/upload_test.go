// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"path/filepath"
	"testing"
)

// halfSent stands in for a thin line: half of what is sent has gone out, and no more.
const halfSent = `(XMLHttpRequest.prototype.send = function () {
	this.upload.dispatchEvent(new ProgressEvent('progress', { lengthComputable: true, loaded: 48e6, total: 96e6 }))
}, '')`

// chosen gives the form a file of so many bytes, as its reader would.
func (th *theatre) chosen(size string) {
	th.Tells(`(() => {
		const input = document.querySelector('input[type=file]'), files = new DataTransfer()
		files.items.add(new File([new Uint8Array(` + size + `)], 'large.json'))
		input.files = files.files
		input.dispatchEvent(new Event('change', { bubbles: true }))
		return ''
	})()`)
}

// TestAnUploadShowsHowFarItIs: with script, what is sent is shown in bytes and can be
// stopped, a file that is too large is refused before it is sent, and what is wrong
// with one is said above the form.
func TestAnUploadShowsHowFarItIs(t *testing.T) {
	th := newTheatre(t)
	th.enter(t, "ines")
	form := "/w/" + th.text(t, `SELECT workspace_id FROM workspace_workspace WHERE name = 'KESTREL'`) + "/import"
	small := filepath.Join(t.TempDir(), "small.json")
	if err := os.WriteFile(small, []byte(oneURL("http://upload.kestrel.example/")), 0o600); err != nil {
		t.Fatal(err)
	}

	th.Goes(form)
	th.chosen("(128 << 20) + 1")
	if th.Tells("String(document.querySelector('input[type=file]').validity.customError)") != "true" {
		t.Error("a file that is too large may be sent")
	}
	th.chosen("1000")
	if th.Tells("String(document.querySelector('input[type=file]').validity.valid)") != "true" {
		t.Error("a smaller one may not")
	}

	th.Tells(halfSent)
	th.Clicks("main form .btn-primary")
	th.SeesElement("progress[max='96000000'][value='48000000']")
	th.Sees("48,0 MB / 96,0 MB")
	th.Tells("(document.querySelector('[data-stop]').click(), '')")
	th.SeesElement("main form:not([hidden]) .btn-primary")
	if th.Path() != form {
		t.Errorf("stopped, and at %s", th.Path())
	}

	th.Goes(form)
	th.Clicks("main form .btn-primary") // nothing is chosen
	th.SeesElement("[data-error]:not([hidden])")

	th.Goes(form)
	th.Uploads("input[type=file]", small)
	th.Clicks("main form .btn-primary")
	th.Leaves(form)
	th.SeesElement("[data-state]")
}
