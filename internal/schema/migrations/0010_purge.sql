-- +goose Up

-- The end of an operation: who asked for its destruction and who confirmed it, and how many rows went. The row outlives
-- the workspace; asked_by and confirmed_by name members, or the console that did it again after a restore.
CREATE TABLE workspace_purge (
    workspace_id text   NOT NULL PRIMARY KEY,
    asked_by     text   NOT NULL,
    asked_at     bigint NOT NULL,
    confirmed_by text   NOT NULL,
    confirmed_at bigint NOT NULL,
    destroyed    bigint NOT NULL,
    ended_at     bigint NOT NULL
);
