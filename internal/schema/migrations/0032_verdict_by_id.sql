-- +goose Up

-- A change of handling looks up what imports said of one object.
CREATE INDEX intel_verdict_by_stix_id ON intel_verdict (workspace_id, batch_id, stix_id);
