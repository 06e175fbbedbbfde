-- +goose Up

-- The journal: entries wait in the queue under their ids until the sequencer numbers them.
CREATE TABLE audit_queue (
    entry_id     text    NOT NULL PRIMARY KEY,
    at           bigint  NOT NULL,
    actor        text    NOT NULL,
    workspace_id text    NOT NULL,
    verb         text    NOT NULL,
    object       text    NOT NULL,
    about        text    NOT NULL,
    count        bigint  NOT NULL,
    concerns     text    NOT NULL
);
CREATE TABLE audit_entry (
    number       bigint  NOT NULL PRIMARY KEY,
    entry_id     text    NOT NULL,
    at           bigint  NOT NULL,
    actor        text    NOT NULL,
    workspace_id text    NOT NULL,
    verb         text    NOT NULL,
    object       text    NOT NULL,
    about        text    NOT NULL,
    count        bigint  NOT NULL,
    concerns     text    NOT NULL
);
CREATE TABLE audit_head (
    one          integer NOT NULL PRIMARY KEY,
    number       bigint  NOT NULL
);
INSERT INTO audit_head (one, number) VALUES (1, 0);
CREATE TABLE follow_cursor (
    name         text    NOT NULL PRIMARY KEY,
    number       bigint  NOT NULL
);

-- Who is who. The gate reads these; the member room writes them.
CREATE TABLE member_country (
    country      text    NOT NULL PRIMARY KEY,
    suspended    boolean NOT NULL
);
CREATE TABLE member_organisation (
    org_id           text    NOT NULL PRIMARY KEY,
    name             text    NOT NULL,
    kind             text    NOT NULL,
    country          text    NOT NULL,
    knowledge_until  bigint  NOT NULL,
    operations_until bigint  NOT NULL,
    suspended        boolean NOT NULL,
    created_at       bigint  NOT NULL
);
CREATE TABLE member_member (
    member_id    text    NOT NULL PRIMARY KEY,
    org_id       text    NOT NULL REFERENCES member_organisation (org_id),
    handle       text    NOT NULL UNIQUE,
    name         text    NOT NULL,
    post         text    NOT NULL,
    email        text    NOT NULL UNIQUE,
    state        text    NOT NULL,
    officer      text    NOT NULL,
    vetted_until bigint  NOT NULL,
    ends_at      bigint  NOT NULL,
    language     text    NOT NULL,
    time_zone    text    NOT NULL,
    theme        text    NOT NULL,
    created_at   bigint  NOT NULL
);
CREATE INDEX member_member_by_org ON member_member (org_id, member_id);

-- Where people work. The gate reads these; the workspace room writes them.
CREATE TABLE workspace_workspace (
    workspace_id text    NOT NULL PRIMARY KEY,
    name         text    NOT NULL,
    purpose      text    NOT NULL,
    legal_basis  text    NOT NULL,
    state        text    NOT NULL,
    ceiling      integer NOT NULL,
    match_policy integer NOT NULL,
    contact      text    NOT NULL,
    review_at    bigint  NOT NULL,
    created_by   text    NOT NULL,
    created_at   bigint  NOT NULL
);
CREATE TABLE workspace_membership (
    workspace_id text    NOT NULL REFERENCES workspace_workspace (workspace_id),
    member_id    text    NOT NULL REFERENCES member_member (member_id),
    role         integer NOT NULL,
    state        text    NOT NULL,
    role_until   bigint  NOT NULL,
    export_until bigint  NOT NULL,
    invited_by   text    NOT NULL,
    invited_at   bigint  NOT NULL,
    accepted_at  bigint  NOT NULL,
    PRIMARY KEY (workspace_id, member_id)
);
CREATE INDEX workspace_membership_by_member ON workspace_membership (member_id, workspace_id);

-- How items of a workspace are handled, and to whom they are opened. An item names its handling by id.
CREATE TABLE gate_handling (
    workspace_id   text    NOT NULL,
    handling_id    text    NOT NULL,
    tlp            integer NOT NULL,
    pap            integer NOT NULL,
    court          integer NOT NULL,
    originator     text    NOT NULL,
    restricted     boolean NOT NULL,
    do_not_disrupt boolean NOT NULL,
    victim_data    boolean NOT NULL,
    personal_data  boolean NOT NULL,
    PRIMARY KEY (workspace_id, handling_id)
);
CREATE TABLE gate_reach (
    workspace_id text NOT NULL,
    handling_id  text NOT NULL,
    kind         text NOT NULL,
    subject      text NOT NULL,
    PRIMARY KEY (workspace_id, handling_id, kind, subject)
);
