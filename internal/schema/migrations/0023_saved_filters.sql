-- +goose Up

-- The filters of the list of an operation that a member keeps under a name.
CREATE TABLE intel_saved (
    workspace_id text    NOT NULL,
    member_id    text    NOT NULL,
    name         text    NOT NULL,
    query        text    NOT NULL, -- as it stands in an address
    saved_at     bigint  NOT NULL,
    PRIMARY KEY (workspace_id, member_id, name)
);
