// SPDX-License-Identifier: Apache-2.0

// Package intel keeps what a workspace knows as STIX objects: every version as
// the bytes that came, the newest one as what lists show, relationships, and the
// technical values by which things are found and matched.
//
// Its rules, in one place:
//   - objects come in batches. A batch is staged, checked and previewed; one
//     decision then applies it, in slices asked for anew in the decider's name,
//     or refuses it. It ends whole or undone, and until then its objects are in
//     no list (policy.go, batch.go);
//   - the same id and version with the same content is known; with other content
//     the first is kept and the collision listed; an older version joins the
//     versions and leaves the newest where it is (judge.go);
//   - an object keeps the TLP it states itself, all else is its batch's; what is
//     marked above the ceiling stays out;
//   - who brought an object decides who sees it, later too; the National Central Bureau
//     of that country narrows it. What its bytes state is never lowered, and of what
//     others brought as well nobody changes who sees it (choice.go, handling.go);
//   - objects of one STIX id that different people may see are different
//     objects, so that nobody learns from an import what they may not see
//     (Audience);
//   - what goes out is what came in, with the marking that it has here put into
//     it, and only what the exporter may read (export.go);
//   - a look at TLP:RED, restricted or victim data is recorded before it is given.
//
// Rows are kept by intelsql, pages made by intelweb. Bytes before a decision lie
// in Files; MISP and other formats come in through a Codec; the blind match is
// called by intelsql in the transaction of a slice.
package intel
