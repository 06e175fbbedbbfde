-- +goose Up

-- The journal asks which hits an entry tells of, which are those of its time.
CREATE INDEX deconflict_hit_by_time ON deconflict_hit (workspace_id, found_at);

-- A document of the index is named by what it is a copy of, and its id there: a
-- post's id must not take an object's place.
DROP INDEX search_doc_by_ref;
CREATE UNIQUE INDEX search_doc_by_ref ON search_doc (workspace_id, ref_id, kind);

-- How many objects of a batch state TLP:RED: others are told of none of them.
CREATE INDEX intel_verdict_red ON intel_verdict (workspace_id, batch_id, type, verdict) WHERE own_tlp = 4;
