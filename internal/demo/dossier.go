// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// dossier collects invented STIX 2.1 objects for one file. The same theme and
// name always make the same id.
type dossier struct {
	theme   string
	now     time.Time // midnight of the day on which the demonstration starts
	objects []any
}

// thing is an object of a dossier.
type thing = map[string]any

func (d *dossier) day(ago int) string {
	return d.now.AddDate(0, 0, -ago).Add(8 * time.Hour).Format("2006-01-02T15:04:05.000Z")
}

func (d *dossier) id(kind, name string) string {
	return kind + "--" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(d.theme+"/"+kind+"/"+name)).String()
}

// add puts in an object, last changed so many days ago.
func (d *dossier) add(kind, name string, ago int, more thing) thing {
	o := thing{"type": kind, "spec_version": "2.1", "id": d.id(kind, name), "created": d.day(60), "modified": d.day(ago), "name": name}
	for key, value := range more {
		o[key] = value
	}
	d.objects = append(d.objects, o)
	return o
}

func (d *dossier) relate(from thing, kind string, to ...thing) {
	for _, t := range to {
		name := fmt.Sprint(from["id"], kind, t["id"])
		d.objects = append(d.objects, thing{
			"type": "relationship", "spec_version": "2.1", "id": d.id("relationship", name), "created": d.day(50), "modified": d.day(50),
			"relationship_type": kind, "source_ref": from["id"], "target_ref": t["id"],
		})
	}
}

// indicate adds an indicator of what, for one value.
func (d *dossier) indicate(name, path, value string, confidence, ago int, what ...thing) thing {
	i := d.add("indicator", name, ago, thing{
		"pattern": "[" + path + " = '" + value + "']", "pattern_type": "stix", "valid_from": d.day(ago + 1),
		"indicator_types": []string{"malicious-activity"}, "confidence": confidence,
	})
	d.relate(i, "indicates", what...)
	return i
}

// sight adds how often something was seen, and where.
func (d *dossier) sight(what thing, where thing, count, from, to int) {
	d.objects = append(d.objects, thing{
		"type": "sighting", "spec_version": "2.1", "id": d.id("sighting", fmt.Sprint(what["id"], from, to)), "created": d.day(to), "modified": d.day(to),
		"sighting_of_ref": what["id"], "where_sighted_refs": []any{where["id"]}, "count": count, "first_seen": d.day(from), "last_seen": d.day(to),
	})
}

// text writes the dossier as a bundle.
func (d *dossier) text() string {
	text, err := json.MarshalIndent(thing{"type": "bundle", "id": d.id("bundle", fmt.Sprint(len(d.objects))), "objects": d.objects}, "", " ")
	if err != nil {
		panic(err) // maps of strings always marshal
	}
	return string(text)
}

// digest is the SHA-256 of a name: of an invented sample.
func digest(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}
