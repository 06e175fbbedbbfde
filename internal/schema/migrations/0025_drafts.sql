-- +goose Up

-- What a member has typed and not published, for them alone: an answer in a topic or, where topic_id is empty, a new topic
-- whose form was opened from a channel, or from none.
CREATE TABLE discussion_draft (
    workspace_id text    NOT NULL,
    member_id    text    NOT NULL,
    topic_id     text    NOT NULL,
    opened_from  text    NOT NULL,
    draft_id     text    NOT NULL, -- of which the id of the post or topic is made
    channel_id   text    NOT NULL,
    title        text    NOT NULL,
    text         text    NOT NULL,
    tlp          integer NOT NULL,
    restricted   boolean NOT NULL,
    opened_to    text    NOT NULL,
    saved_at     bigint  NOT NULL,
    PRIMARY KEY (workspace_id, member_id, topic_id, opened_from)
);

-- Who uses speech input, or types by accident, wants no shortcut of a single key.
ALTER TABLE member_member ADD COLUMN keys_off boolean NOT NULL DEFAULT FALSE;
