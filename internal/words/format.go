// SPDX-License-Identifier: Apache-2.0

package words

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
)

// Number writes n with the reader's digits and separators.
func Number(ctx context.Context, n int64) string {
	if n >= 0 && n < 1000 {
		return strconv.FormatInt(n, 10) // there is nothing to separate
	}
	tag := string(Of(ctx).Tag)
	if tag == string(Arabic) {
		tag = "ar-u-nu-latn" // the digits that technical values are written with
	}
	return message.NewPrinter(language.Make(tag)).Sprint(n)
}

// Country returns the name of the country of that ISO 3166-1 alpha-2 code.
func Country(ctx context.Context, code string) string {
	place := named{Of(ctx).Tag, code}
	if name, ok := countries.Load(place); ok {
		known, _ := name.(string)
		return known
	}
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(language.Make(string(place.tag))).Name(region); name != "" {
		countries.Store(place, name)
		return name
	}
	return code
}

// countries are the names that were asked for: no more than there are codes.
var countries sync.Map // named → string

type named struct {
	tag  Tag
	code string
}

// Date writes the day of t in the reader's zone and way.
func Date(ctx context.Context, t time.Time) string {
	local := t.In(Of(ctx).Zone)
	return Say(ctx, "words.date",
		"day", strconv.Itoa(local.Day()), "month", Say(ctx, "words.month."+strconv.Itoa(int(local.Month()))), "year", strconv.Itoa(local.Year()))
}

// DateTime writes the day and the minute of t in the reader's zone and way.
func DateTime(ctx context.Context, t time.Time) string {
	return Say(ctx, "words.date_time", "date", Date(ctx, t), "time", Clock(ctx, t))
}

// ShortDate writes the day of t in a few letters, for where there is little room:
// without the year if that is the reader's own.
func ShortDate(ctx context.Context, t time.Time) string {
	local, key := t.In(Of(ctx).Zone), "words.short_date"
	if local.Year() == Of(ctx).Year {
		key = "words.short_day"
	}
	return Say(ctx, key,
		"day", strconv.Itoa(local.Day()), "month", Say(ctx, "words.short_month."+strconv.Itoa(int(local.Month()))), "year", strconv.Itoa(local.Year()))
}

// ShortTime is ShortDate with the minute, unless that is of another year.
func ShortTime(ctx context.Context, t time.Time) string {
	if t.In(Of(ctx).Zone).Year() != Of(ctx).Year {
		return ShortDate(ctx, t)
	}
	return Say(ctx, "words.date_time", "date", ShortDate(ctx, t), "time", Clock(ctx, t))
}

// Clock writes the hour and minute of t in the reader's zone, on 24 hours.
func Clock(ctx context.Context, t time.Time) string { return t.In(Of(ctx).Zone).Format("15:04") }

// Exact writes t in UTC, to the second.
func Exact(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// Bytes writes a size in the reader's way, in units of 1,000.
func Bytes(ctx context.Context, n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	if Of(ctx).Tag == French {
		units = []string{"o", "ko", "Mo", "Go", "To"}
	}
	size, unit := float64(n), 0
	for size >= 1000 && unit < len(units)-1 {
		size, unit = size/1000, unit+1
	}
	digits := 0
	if unit > 0 && size < 100 {
		digits = 1
	}
	text := strconv.FormatFloat(size, 'f', digits, 64)
	if tag := Of(ctx).Tag; tag == French || tag == Spanish {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + " " + units[unit]
}
