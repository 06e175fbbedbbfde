-- +goose Up

-- The counts of all types together, for lists of imports: those by type are long
-- where a file holds many. Empty for a batch of before, whose counts are read then.
ALTER TABLE intel_batch ADD COLUMN totals text NOT NULL DEFAULT '';
