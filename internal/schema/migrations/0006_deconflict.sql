-- +goose Up

-- The one table that sees across operations: who holds a blinded value, a row for each batch that brought it. The
-- places of a key are counted up and never taken back (an undone batch leaves its place empty), so two operations
-- that bring the same key at the same time want the same place, and one of them is made to look again.
CREATE TABLE deconflict_key (
    match_key    bytea   NOT NULL,
    place        integer NOT NULL,
    workspace_id text    NOT NULL,
    batch_id     text    NOT NULL,
    object_id    text    NOT NULL,
    handling_id  text    NOT NULL,
    added_at     bigint  NOT NULL,
    PRIMARY KEY (match_key, place)
);
CREATE INDEX deconflict_key_by_batch ON deconflict_key (workspace_id, batch_id);

-- Each match between two operations, once for ever, "one" being the lesser id. Those that were not told are the desk's.
CREATE TABLE deconflict_pair (
    match_key    bytea   NOT NULL,
    one          text    NOT NULL,
    two          text    NOT NULL,
    pair_id      text    NOT NULL,
    kind         text    NOT NULL,
    reason       text    NOT NULL,
    batch_size   bigint  NOT NULL,
    found_at     bigint  NOT NULL,
    PRIMARY KEY (match_key, one, two)
);
CREATE INDEX deconflict_pair_for_desk ON deconflict_pair (pair_id) WHERE reason <> 'told';

-- What one side of a match was told. A row holds nothing else of the other side.
CREATE TABLE deconflict_hit (
    workspace_id  text    NOT NULL,
    hit_id        text    NOT NULL,
    object_id     text    NOT NULL,
    handling_id   text    NOT NULL,
    kind          text    NOT NULL,
    value         text    NOT NULL,
    level         integer NOT NULL,
    other_name    text    NOT NULL,
    other_contact text    NOT NULL,
    ours          boolean NOT NULL,
    batch_size    bigint  NOT NULL,
    found_at      bigint  NOT NULL,
    PRIMARY KEY (workspace_id, hit_id)
);
CREATE INDEX deconflict_hit_by_object ON deconflict_hit (workspace_id, object_id);
CREATE TABLE deconflict_seen (
    workspace_id text   NOT NULL,
    member_id    text   NOT NULL,
    hit_id       text   NOT NULL,
    seen_at      bigint NOT NULL,
    PRIMARY KEY (workspace_id, member_id, hit_id)
);

-- What was told on one day, counted in days since 1970, to a person, an organisation and an operation.
CREATE TABLE deconflict_budget (
    holder    text    NOT NULL,
    subject   text    NOT NULL,
    day       integer NOT NULL,
    hits      bigint  NOT NULL,
    guessable bigint  NOT NULL,
    PRIMARY KEY (holder, subject, day)
);

-- Warning lists as they were loaded, and the blinded form of a fixed value, by which a wrong match key is noticed.
CREATE TABLE deconflict_warning (
    name      text   NOT NULL PRIMARY KEY,
    list      bytea  NOT NULL,
    loaded_at bigint NOT NULL
);
CREATE TABLE deconflict_fingerprint (
    one       integer NOT NULL PRIMARY KEY,
    match_key bytea   NOT NULL
);
