-- +goose Up

-- What can be searched: copies, kept by a follower of the journal, that can be rebuilt from zero.
CREATE TABLE search_doc (
    workspace_id text     NOT NULL,
    doc_id       bigint   NOT NULL, -- grows with the time of what it is a copy of
    kind         text     NOT NULL,
    ref_id       text     NOT NULL, -- of the post or object
    topic_id     text     NOT NULL,
    number       bigint   NOT NULL,
    type         text     NOT NULL,
    title        text     NOT NULL,
    text         text     NOT NULL,
    handling_id  text     NOT NULL,
    batch_id     text     NOT NULL, -- that first brought it
    latest_id    text     NOT NULL, -- the batch that brought what it says now
    at           bigint   NOT NULL,
    tokens       tsvector NOT NULL, -- each marked with its workspace; those of the title weigh A
    PRIMARY KEY (workspace_id, doc_id)
);
CREATE UNIQUE INDEX search_doc_by_ref ON search_doc (workspace_id, ref_id);
CREATE INDEX search_doc_by_batch ON search_doc (workspace_id, batch_id, ref_id) WHERE batch_id <> '';
CREATE INDEX search_doc_by_latest ON search_doc (workspace_id, latest_id, ref_id) WHERE latest_id <> '';
CREATE INDEX search_doc_by_token ON search_doc USING gin (tokens) WITH (fastupdate = off);
-- Imports that have not ended: what they first brought is not found.
CREATE TABLE search_batch (
    workspace_id text     NOT NULL,
    batch_id     text     NOT NULL,
    PRIMARY KEY (workspace_id, batch_id)
);
