// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"time"

	"github.com/go-json-experiment/json"

	"entente.example/internal/stix"
)

// common is what all objects but observables have.
type common struct {
	Type        string   `json:"type"`
	SpecVersion string   `json:"spec_version"`
	ID          string   `json:"id"`
	CreatedBy   string   `json:"created_by_ref,omitzero"`
	Created     string   `json:"created"`
	Modified    string   `json:"modified"`
	Labels      []string `json:"labels,omitempty"`
	Markings    []string `json:"object_marking_refs,omitempty"`
}

// origin is what MISP said of an attribute that STIX has no place for.
type origin struct {
	UUID     string   `json:"x_misp_uuid,omitzero"`
	Type     string   `json:"x_misp_type,omitzero"`
	Category string   `json:"x_misp_category,omitzero"`
	Comment  string   `json:"x_misp_comment,omitzero"`
	Tags     []string `json:"x_misp_tags,omitempty"`
}

type report struct {
	common
	Name         string   `json:"name"`
	Published    string   `json:"published"`
	ObjectRefs   []string `json:"object_refs,omitempty"`
	Distribution string   `json:"x_misp_distribution,omitzero"`
	ThreatLevel  string   `json:"x_misp_threat_level_id,omitzero"`
	Analysis     string   `json:"x_misp_analysis,omitzero"`
}

type identity struct {
	common
	Name  string `json:"name"`
	Class string `json:"identity_class"`
}

// stub is an intrusion set, malware, tool or technique of which only the name is
// known here.
type stub struct {
	common
	Name     string `json:"name"`
	IsFamily *bool  `json:"is_family,omitzero"`
}

type indicator struct {
	common
	Name        string `json:"name"`
	Pattern     string `json:"pattern"`
	PatternType string `json:"pattern_type"`
	ValidFrom   string `json:"valid_from"`
	ValidUntil  string `json:"valid_until,omitzero"`
	origin
}

type vulnerability struct {
	common
	Name       string              `json:"name"`
	References []externalReference `json:"external_references,omitempty"`
	origin
}

type externalReference struct {
	Source string `json:"source_name"`
	ID     string `json:"external_id"`
}

type note struct {
	common
	Abstract   string   `json:"abstract,omitzero"`
	Content    string   `json:"content"`
	ObjectRefs []string `json:"object_refs"`
	origin
}

type relationship struct {
	common
	Kind        string `json:"relationship_type"`
	Description string `json:"description,omitzero"`
	Source      string `json:"source_ref"`
	Target      string `json:"target_ref"`
}

// observed is an observable; each type uses its few fields.
type observed struct {
	Type        string            `json:"type"`
	SpecVersion string            `json:"spec_version"`
	ID          string            `json:"id,omitzero"`
	Markings    []string          `json:"object_marking_refs,omitempty"`
	Value       string            `json:"value,omitzero"`
	Name        string            `json:"name,omitzero"`
	Hashes      map[string]string `json:"hashes,omitempty"`
	Size        *int64            `json:"size,omitzero"`
	MIMEType    string            `json:"mime_type,omitzero"`
	Number      *int64            `json:"number,omitzero"`
	Key         string            `json:"key,omitzero"`
	Values      []registryValue   `json:"values,omitempty"`
	AccountType string            `json:"account_type,omitzero"`
	Login       string            `json:"account_login,omitzero"`
	IsMultipart *bool             `json:"is_multipart,omitzero"`
	Subject     string            `json:"subject,omitzero"`
	Protocols   []string          `json:"protocols,omitempty"`
	SourceRef   string            `json:"src_ref,omitzero"`
	SourcePort  *int64            `json:"src_port,omitzero"`
	TargetRef   string            `json:"dst_ref,omitzero"`
	TargetPort  *int64            `json:"dst_port,omitzero"`
	origin
}

type registryValue struct {
	Data string `json:"data"`
}

// identified returns o with the deterministic id that its content gives it.
func (o observed) identified() observed {
	o.SpecVersion = "2.1"
	id, ok, err := stix.DeterministicID(marshal(o))
	if !ok || err != nil {
		panic("mispjson: an observable without what makes its id: " + o.Type)
	}
	o.ID = string(id)
	return o
}

// marshal writes one of the objects above, which always can be written.
func marshal(object any) []byte {
	raw, err := json.Marshal(object, json.Deterministic(true))
	if err != nil {
		panic("mispjson: " + err.Error())
	}
	return raw
}

// stixTime writes t with at least milliseconds, as STIX asks.
func stixTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if t.Nanosecond()%int(time.Millisecond) != 0 {
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

// timeless is the date of what has none here: the oldest there is, so that any
// other version of the same object is newer.
func timeless() time.Time { return time.Unix(0, 0).UTC() }
