// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"maps"
	"strings"
)

// split parts a composite value, such as filename|md5, in two.
type split func(value string) (left, right string, ok bool)

// first parts a value at its first bar.
func first(value string) (left, right string, ok bool) { return strings.Cut(value, "|") }

// last parts a value at its last bar: what stands before may hold bars.
func last(value string) (left, right string, ok bool) {
	at := strings.LastIndexByte(value, '|')
	if at < 0 {
		return "", "", false
	}
	return value[:at], value[at+1:], true
}

// fileWith reads a file's name and something that its content gives.
func fileWith(digest form) form {
	return func(value string) (meaning, bool) {
		left, right, _ := last(value)
		name, nameOK := named("file")(strings.TrimSpace(left))
		content, contentOK := digest(strings.TrimSpace(right))
		if !nameOK || !contentOK {
			return meaning{}, false
		}
		file := name.objects[0]
		file.Hashes = maps.Clone(content.objects[0].Hashes)
		return meaning{compare: append(name.compare, content.compare...), objects: []observed{file}}, true
	}
}

// domainWithAddress reads a domain and what it resolves to.
func domainWithAddress(value string) (meaning, bool) {
	left, right, _ := first(value)
	name, nameOK := domain(strings.TrimSpace(left))
	addr, addrOK := address(strings.TrimSpace(right))
	if !nameOK || !addrOK {
		return meaning{}, false
	}
	return meaning{
		compare:  append(name.compare, equal("domain-name:resolves_to_refs[*].value", addr.objects[0].Value)),
		objects:  append(name.objects, addr.objects...),
		resolves: true,
	}, true
}

func registryKeyWithValue(value string) (meaning, bool) {
	left, right, _ := first(value)
	key, ok := registryKey(strings.TrimSpace(left))
	data := strings.TrimSpace(right)
	if !ok || data == "" {
		return meaning{}, false
	}
	object := key.objects[0]
	object.Values = []registryValue{{Data: data}}
	return meaning{
		compare: append(key.compare, equal("windows-registry-key:values[*].data", data)),
		objects: []observed{object},
	}, true
}

// source and target read one end of a connection: host and port. What is known
// of its protocols is the address family alone.
func source(host form) form {
	return end(host, "src", func(o *observed, ref string, port *int64) { o.SourceRef, o.SourcePort = ref, port })
}

func target(host form) form {
	return end(host, "dst", func(o *observed, ref string, port *int64) { o.TargetRef, o.TargetPort = ref, port })
}

func end(host form, side string, put func(traffic *observed, ref string, port *int64)) form {
	return func(value string) (meaning, bool) {
		left, right, _ := last(value)
		at, hostOK := host(strings.TrimSpace(left))
		number, portOK := portNumber(right)
		if !hostOK || !portOK {
			return meaning{}, false
		}
		peer := at.objects[0].identified()
		traffic := observed{Type: "network-traffic", Protocols: []string{protocolOf(peer.Type)}}
		put(&traffic, peer.ID, &number)
		path := "network-traffic:" + side
		return meaning{
			compare: []string{
				equal(path+"_ref.type", peer.Type), equal(path+"_ref.value", peer.Value), equalNumber(path+"_port", number),
			},
			objects: []observed{traffic, peer},
		}, true
	}
}

func protocolOf(host string) string {
	return map[string]string{"ipv4-addr": "ipv4", "ipv6-addr": "ipv6", "domain-name": "ip"}[host]
}
