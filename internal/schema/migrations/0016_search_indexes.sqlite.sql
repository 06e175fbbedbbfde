-- +goose Up

-- A document has one batch, the latest, in both columns; and its number is unique in search_token already.
DROP INDEX search_doc_by_batch;
DROP INDEX search_doc_by_id;
