-- +goose Up

-- What a member marked as read in their inbox: all up to a moment, and single things behind it. workspace_id is
-- empty for what is of no workspace.
CREATE TABLE home_inbox (
    member_id    text    NOT NULL PRIMARY KEY,
    read_until   bigint  NOT NULL,
    before       bigint  NOT NULL -- the moment before the last marking, to go back to; -1 where there is none
);
CREATE TABLE home_read (
    member_id    text    NOT NULL,
    item         text    NOT NULL,
    workspace_id text    NOT NULL,
    read_at      bigint  NOT NULL,
    PRIMARY KEY (member_id, item)
);
CREATE INDEX home_read_by_workspace ON home_read (workspace_id, member_id, item);

-- Whose replies somebody waits for: the topics that a member wrote in.
CREATE INDEX discussion_post_by_author ON discussion_post (workspace_id, author_id, topic_id);
