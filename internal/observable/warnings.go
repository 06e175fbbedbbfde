// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Warnings answers whether a value is on one of many lists, in a time that does
// not grow with the length of the lists, but for those of expressions.
type Warnings struct {
	lists    []WarningList
	exact    index[string]
	hosts    index[string]
	networks index[netip.Prefix]
	lengths  [2][]int // the prefix lengths of networks, longest first: IPv4, IPv6
	parts    partIndex
	shapes   []int // regex lists
}

// NewWarnings prepares lists for matching. When several hold a value, the first
// of them is told.
func NewWarnings(lists []WarningList) *Warnings {
	w := &Warnings{lists: lists, exact: index[string]{}, hosts: index[string]{}, networks: index[netip.Prefix]{}}
	w.parts.byHead = map[[4]byte][]part{}
	for n, list := range lists {
		switch list.Type {
		case "cidr":
			for _, entry := range list.Entries {
				w.addNetwork(n, entry)
			}
		case "string":
			for _, entry := range list.Entries {
				w.addExact(n, entry)
			}
		case "hostname":
			for _, entry := range list.Entries {
				w.addHost(n, entry)
			}
		case "substring":
			for _, entry := range list.Entries {
				w.parts.add(entry, n)
			}
		case "regex":
			w.shapes = append(w.shapes, n)
		}
	}
	for i := range w.lengths {
		slices.SortFunc(w.lengths[i], func(a, b int) int { return b - a })
	}
	return w
}

// index holds the lists in which an entry stands. Most stand in one.
type index[K comparable] map[K][]int

func (x index[K]) add(key K, list int) {
	if !slices.Contains(x[key], list) {
		x[key] = append(x[key], list)
	}
}

func (w *Warnings) addNetwork(list int, entry string) {
	prefix, err := netip.ParsePrefix(strings.TrimSpace(entry))
	if err != nil {
		addr, err := netip.ParseAddr(strings.TrimSpace(entry))
		if err != nil {
			return
		}
		prefix = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
	}
	prefix = prefix.Masked()
	w.networks.add(prefix, list)
	family := &w.lengths[familyOf(prefix.Addr())]
	if !slices.Contains(*family, prefix.Bits()) {
		*family = append(*family, prefix.Bits())
	}
}

func familyOf(addr netip.Addr) int {
	if addr.Is4() {
		return 0
	}
	return 1
}

// addExact adds an entry under each canonical form that it has.
func (w *Warnings) addExact(list int, entry string) {
	for _, kind := range w.lists[list].Kinds {
		if v, err := Canonical(kind, entry); err == nil {
			w.exact.add(v.Text, list)
		} else if name, ok := hostname(strings.TrimSpace(entry)); ok && (kind == Domain || kind == URL) {
			w.exact.add(name, list)
		}
	}
}

func (w *Warnings) addHost(list int, entry string) {
	if name, ok := hostname(strings.TrimLeft(strings.TrimSpace(entry), "*.")); ok {
		w.hosts.add(name, list)
	}
}

// Match returns the name of a list that speaks of v: one that holds it, that
// holds its host or a domain above it, a network around it, or a part of it.
func (w *Warnings) Match(v Value) (listName string, ok bool) {
	found := w.first(v, w.exact[v.Text], -1)
	switch v.Kind {
	case IPv4, IPv6:
		found = w.matchNetwork(v, found)
	case Domain:
		found = w.matchHost(v, v.Text, found)
	case URL:
		host := hostOf(v.Text)
		found = w.first(v, w.exact[host], found)
		found = w.matchHost(v, host, found)
	}
	w.parts.within(v.Text, func(list int) { found = w.first(v, []int{list}, found) })
	for _, n := range w.shapes {
		if (found < 0 || n < found) && w.lists[n].fits(v) {
			found = n
			break
		}
	}
	if found < 0 {
		return "", false
	}
	return w.lists[found].Name, true
}

// first returns the least of best and of those lists that speak of v's kind.
func (w *Warnings) first(v Value, lists []int, best int) int {
	for _, n := range lists {
		if (best < 0 || n < best) && slices.Contains(w.lists[n].Kinds, v.Kind) {
			best = n
		}
	}
	return best
}

func (w *Warnings) matchNetwork(v Value, best int) int {
	addr, err := netip.ParseAddr(v.Text)
	if err != nil {
		return best
	}
	for _, bits := range w.lengths[familyOf(addr)] {
		prefix, err := addr.Prefix(bits)
		if err == nil {
			best = w.first(v, w.networks[prefix], best)
		}
	}
	return best
}

func (w *Warnings) matchHost(v Value, host string, best int) int {
	for more := host != ""; more; _, host, more = strings.Cut(host, ".") {
		best = w.first(v, w.hosts[host], best)
	}
	return best
}

// hostOf returns the host of a canonical URL.
func hostOf(text string) string {
	_, rest, _ := strings.Cut(text, "://")
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		rest = rest[:end]
	}
	if _, host, ok := cutLast(rest, "@"); ok {
		rest = host
	}
	name, _, _ := splitPort(rest)
	return name
}

// fits reports whether a regex list speaks of v.
func (l WarningList) fits(v Value) bool {
	return slices.Contains(l.Kinds, v.Kind) &&
		slices.ContainsFunc(l.patterns, func(p *regexp.Regexp) bool { return p.MatchString(v.Text) })
}

// partIndex finds which of many parts a text holds, by their first bytes.
type partIndex struct {
	byHead map[[4]byte][]part
	short  []part // those of fewer bytes
}

type part struct {
	text string
	list int
}

func (x *partIndex) add(entry string, list int) {
	p := part{strings.ToLower(strings.TrimSpace(entry)), list}
	switch {
	case p.text == "":
	case len(p.text) < len([4]byte{}):
		x.short = append(x.short, p)
	default:
		head := [4]byte([]byte(p.text))
		x.byHead[head] = append(x.byHead[head], p)
	}
}

// within calls found with the list of each part that text holds.
func (x *partIndex) within(text string, found func(list int)) {
	for _, p := range x.short {
		if strings.Contains(text, p.text) {
			found(p.list)
		}
	}
	for i := 0; i+len([4]byte{}) <= len(text); i++ {
		for _, p := range x.byHead[[4]byte([]byte(text[i:i+4]))] {
			if strings.HasPrefix(text[i:], p.text) {
				found(p.list)
			}
		}
	}
}
