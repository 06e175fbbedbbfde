-- +goose Up

-- SQLite asks its index by column. What the pair of this does for PostgreSQL has nothing to do here; the version of
-- the schema is the same on both.
SELECT 1;
