-- +goose Up

-- What people say in a workspace. Channels that every workspace has are known to the program; these are those added.
CREATE TABLE discussion_channel (
    workspace_id text    NOT NULL,
    channel_id   text    NOT NULL,
    name         text    NOT NULL,
    created_by   text    NOT NULL,
    created_at   bigint  NOT NULL,
    PRIMARY KEY (workspace_id, channel_id)
);
-- The topic's row counts its posts; tlp, restricted and opened_to are projections of its handling, to be shown in lists.
CREATE TABLE discussion_topic (
    workspace_id text    NOT NULL,
    topic_id     text    NOT NULL,
    channel_id   text    NOT NULL,
    title        text    NOT NULL,
    handling_id  text    NOT NULL,
    tlp          integer NOT NULL,
    restricted   boolean NOT NULL,
    opened_to    text    NOT NULL,
    author_id    text    NOT NULL,
    created_at   bigint  NOT NULL,
    last_number  bigint  NOT NULL,
    last_at      bigint  NOT NULL,
    last_by      text    NOT NULL,
    pinned       integer NOT NULL,
    locked       boolean NOT NULL,
    PRIMARY KEY (workspace_id, topic_id)
);
CREATE INDEX discussion_topic_by_channel ON discussion_topic (workspace_id, channel_id, pinned, last_at, topic_id);
CREATE INDEX discussion_topic_by_activity ON discussion_topic (workspace_id, last_at, topic_id);
CREATE TABLE discussion_post (
    workspace_id text    NOT NULL,
    topic_id     text    NOT NULL,
    number       bigint  NOT NULL,
    post_id      text    NOT NULL,
    author_id    text    NOT NULL,
    text         text    NOT NULL,
    created_at   bigint  NOT NULL,
    edits        integer NOT NULL,
    edited_at    bigint  NOT NULL,
    PRIMARY KEY (workspace_id, topic_id, number),
    FOREIGN KEY (workspace_id, topic_id) REFERENCES discussion_topic (workspace_id, topic_id)
);
CREATE UNIQUE INDEX discussion_post_by_id ON discussion_post (workspace_id, post_id);
-- What a post said before each of its edits.
CREATE TABLE discussion_version (
    workspace_id text    NOT NULL,
    post_id      text    NOT NULL,
    edits        integer NOT NULL,
    text         text    NOT NULL,
    written_at   bigint  NOT NULL,
    PRIMARY KEY (workspace_id, post_id, edits)
);
CREATE TABLE discussion_mention (
    workspace_id text    NOT NULL,
    topic_id     text    NOT NULL,
    number       bigint  NOT NULL,
    member_id    text    NOT NULL,
    PRIMARY KEY (workspace_id, topic_id, number, member_id)
);
CREATE INDEX discussion_mention_by_member ON discussion_mention (workspace_id, member_id, topic_id, number);
-- Up to which post a member has read a topic.
CREATE TABLE discussion_read (
    workspace_id text    NOT NULL,
    member_id    text    NOT NULL,
    topic_id     text    NOT NULL,
    number       bigint  NOT NULL,
    PRIMARY KEY (workspace_id, member_id, topic_id)
);
CREATE INDEX discussion_topic_by_author ON discussion_topic (workspace_id, author_id, topic_id);
