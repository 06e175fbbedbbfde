-- +goose Up

-- What officers of the desk did about a pair. A pair that is closed leaves the
-- index of those that wait, which every officer's page counts.
ALTER TABLE deconflict_pair ADD COLUMN closed_at bigint NOT NULL DEFAULT 0;
CREATE INDEX deconflict_pair_waiting ON deconflict_pair (pair_id) WHERE reason <> 'told' AND closed_at = 0;
CREATE TABLE deconflict_act (
    pair_id    text   NOT NULL,
    act_id     text   NOT NULL,
    outcome    text   NOT NULL,
    note       text   NOT NULL,
    officer_id text   NOT NULL,
    acted_at   bigint NOT NULL,
    PRIMARY KEY (pair_id, act_id)
);

-- Since when an operation is in its present phase; 0 where it came into it before
-- this column.
ALTER TABLE workspace_workspace ADD COLUMN moved_at bigint NOT NULL DEFAULT 0;
