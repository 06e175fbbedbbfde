// SPDX-License-Identifier: Apache-2.0

package markup

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// sanitizer is the second lock: it knows what the printer writes and lets
// nothing else pass, should the printer ever be wrong.
var sanitizer = newSanitizer()

func newSanitizer() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "hr", "br", "pre", "code",
		"em", "strong", "del", "table", "thead", "tr", "th", "td", "span", "a")
	p.AllowRelativeURLs(true)
	p.AllowAttrs("href").Matching(regexp.MustCompile(`^/([^/\\].*)?$`)).OnElements("a")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^mention$`)).OnElements("a")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(defanged|bidi)$`)).OnElements("span")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^cell-(center|end)$`)).OnElements("th", "td")
	p.AllowAttrs("title").Matching(regexp.MustCompile(`^U\+[0-9A-F]{4}$`)).OnElements("span")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(auto|ltr|rtl)$`)).Globally()
	return p
}
