-- +goose Up

-- Which run of the match found a pair, and told a hit: the object of its one entry in the journal. Rows from before have none.
ALTER TABLE deconflict_pair ADD COLUMN run_id text NOT NULL DEFAULT '';
ALTER TABLE deconflict_hit ADD COLUMN run_id text NOT NULL DEFAULT '';
CREATE INDEX deconflict_hit_by_run ON deconflict_hit (run_id, workspace_id);
