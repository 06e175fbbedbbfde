// SPDX-License-Identifier: Apache-2.0

package inteltest

import "testing"

// Store checks that stores keep their promises. It calls engines once for each
// promise, to hold fresh worlds of every engine to it.
func Store(t *testing.T, engines func(t *testing.T, kept func(*testing.T, World))) {
	for name, test := range map[string]func(actors){
		"an import from upload to export":                       wholeImport,
		"the same file again is known":                          secondImport,
		"the same version with other content collides":          collisions,
		"later and older versions":                              versions,
		"a file that shows an object twice":                     doubles,
		"objects that cannot be read do not stop the others":    badObjects,
		"files that cannot be read":                             badFiles,
		"an upload that breaks off leaves nothing":              brokenUploads,
		"what is marked above the ceiling stays out":            ceilings,
		"an object keeps the marking that it states":            markings,
		"warning lists":                                         warned,
		"MISP and text come in as STIX":                         otherFormats,
		"a refused batch leaves nothing":                        refusals,
		"a decision is made once, by who may":                   decisions,
		"who is suspended half-way takes all back":              suspended,
		"an undo restores what was":                             undone,
		"an undo leaves what others brought later":              undoneInTheMiddle,
		"work that breaks off goes on":                          resumed,
		"a batch is in no list before its end":                  halfWay,
		"what waits for one, and one's own, concerns one":       concerning,
		"restricted objects are seen by their organisation":     restricted,
		"who starts closed sees what they brought":              closed,
		"an import does not tell what is hidden":                hiddenCopies,
		"RED objects are for who is named, and looks recorded":  red,
		"of a batch, RED objects are told to who decided":       redBatches,
		"who made an object is named to who may know":           makers,
		"who brought it opens it, and closes it again":          opening,
		"others do not decide how it is handled":                deciders,
		"the bureau of its country narrows and does not widen":  bureau,
		"a marking that came with it is never lowered":          floors,
		"who will read it is counted before":                    weighed,
		"what is made RED is for the named, findings too":       named,
		"objects of one STIX id that are opened stay two":       twins,
		"what others brought as well stays as open as theirs":   shared,
		"several are changed at once, each if one decides":      several,
		"a restore closes what was changed since":               restoredClosed,
		"lists page, filter and search":                         lists,
		"each order lists all, page by page":                    orders,
		"a sheet names its marking, and runs no formula":        sheets,
		"what a file says of types has a bound":                 manyTypes,
		"an object keeps its type among many":                   typesStay,
		"what waits for a decision has a bound":                 waitsInBounds,
		"a file of too many objects is refused whole":           tooMany,
		"a sheet runs no formula, wherever it is taken apart":   formulas,
		"a filter that one keeps is one's own":                  savedFilters,
		"an entity has its links, versions and origin":          entities,
		"a graph grows around an object":                        graphs,
		"a graph shows nothing that is hidden":                  hiddenGraphs,
		"a picture counts what its reader may see":              pictures,
		"an export is what came in":                             exports,
		"an export carries markings and upgrades":               exportMarkings,
		"who may not export does not":                           exportRights,
		"hidden and absent batches and objects cannot be told":  hidden,
		"followers are told what objects are called, by slices": journal,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engines(t, func(t *testing.T, w World) { test(newActors(t, w)) })
		})
	}
}
