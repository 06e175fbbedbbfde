-- +goose Up

-- A document has one batch, the latest, in both columns.
DROP INDEX search_doc_by_batch;
