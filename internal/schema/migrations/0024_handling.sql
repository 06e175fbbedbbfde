-- +goose Up

-- Whether a look at the object of a finding is recorded since somebody changed how it is handled.
ALTER TABLE intel_verdict ADD COLUMN withheld boolean NOT NULL DEFAULT FALSE;
