-- +goose Up

-- What a title says stands once more, behind a t, among the tokens: the index
-- answers for it without a look at each document, which it cannot for a weight.
UPDATE search_doc SET tokens = tokens || array_to_tsvector(
    ARRAY(SELECT 't' || title.lexeme FROM unnest(ts_filter(tokens, '{a}')) AS title));
