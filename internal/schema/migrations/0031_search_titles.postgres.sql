-- +goose Up

-- What a title says stands once more, behind a t, among the tokens, and the kind
-- behind a k: of a weight or a column beside it the index can tell nothing without
-- a look at each document.
UPDATE search_doc SET tokens = tokens
    || array_to_tsvector(ARRAY['k' || left(encode(sha256(convert_to(workspace_id, 'UTF8')), 'hex'), 8) || kind])
    || array_to_tsvector(ARRAY(SELECT 't' || title.lexeme FROM unnest(ts_filter(tokens, '{a}')) AS title));
