// SPDX-License-Identifier: Apache-2.0

// Package mispjson reads events in the MISP core format (misp-rfc, draft 20) and
// gives them as STIX 2.1 objects. It is pure: the same file gives the same
// bytes, each time.
//
// What becomes of what:
//   - an Event is a report, its Orgc the identity that made all of it;
//   - an Attribute for detection (to_ids) is an indicator with a pattern; one
//     that is not, but names something observable, is that observable with its
//     deterministic id; a detection rule is an indicator in its own language, a
//     vulnerability is one; all else is a note on the report;
//   - an Object is its attributes; the name and the hashes of a file object are
//     one file, and those not for detection are in it alone;
//   - an ObjectReference is a relationship, an EventReport a note;
//   - a Galaxy cluster of actors, malware, tools or techniques is a stub with
//     the cluster's own id and a date so early that it never outdates what
//     others know of the same id; any other is a label.
//
// Markings are never lowered. Of several TLP tags the narrowest counts, one that
// nobody knows counts as TLP:RED, and so does the whole of an event whose tags
// cannot be read. An attribute without a TLP tag has its event's. The report
// names nothing that is marked narrower than itself. Stubs and the identity
// carry a marking only where it is TLP:RED: no marking already means
// TLP:AMBER+STRICT here.
//
// Not carried: attachments' bytes, what was deleted, sightings (each with a
// warning); proposals, correlations and sharing groups.
package mispjson
