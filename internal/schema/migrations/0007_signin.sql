-- +goose Up

-- Who is signed in, and how people prove who they are. Tokens are kept as their hashes alone.
CREATE TABLE signin_session (
    session_id text    NOT NULL PRIMARY KEY,
    token_hash text    NOT NULL UNIQUE,
    member_id  text    NOT NULL,
    strength   integer NOT NULL,
    agent      text    NOT NULL,
    started_at bigint  NOT NULL,
    seen_at    bigint  NOT NULL,
    ends_at    bigint  NOT NULL
);
CREATE INDEX signin_session_by_member ON signin_session (member_id, session_id);
CREATE INDEX signin_session_by_end ON signin_session (ends_at);

-- A member who has a means of signing in. Whoever adds one or removes one changes this row first.
CREATE TABLE signin_member (
    member_id text   NOT NULL PRIMARY KEY,
    changes   bigint NOT NULL
);
CREATE TABLE signin_passkey (
    passkey_id text   NOT NULL PRIMARY KEY,
    member_id  text   NOT NULL,
    name       text   NOT NULL,
    credential bytea  NOT NULL,
    added_at   bigint NOT NULL,
    used_at    bigint NOT NULL
);
CREATE INDEX signin_passkey_by_member ON signin_passkey (member_id, passkey_id);
CREATE TABLE signin_password (
    member_id text   NOT NULL PRIMARY KEY,
    hash      text   NOT NULL,
    secret    text   NOT NULL,
    step      bigint NOT NULL,
    set_at    bigint NOT NULL,
    used_at   bigint NOT NULL
);

-- Challenges that wait for an answer, and set-ups of passwords that wait for their end.
CREATE TABLE signin_ceremony (
    ceremony_id text   NOT NULL PRIMARY KEY,
    purpose     text   NOT NULL,
    member_id   text   NOT NULL,
    state       bytea  NOT NULL,
    ends_at     bigint NOT NULL
);
CREATE INDEX signin_ceremony_by_end ON signin_ceremony (ends_at);
