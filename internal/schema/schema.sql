-- The whole schema as SQLite holds it, made by `go test ./internal/schema -update`. Do not edit.

CREATE TABLE audit_check (
    check_id     text    NOT NULL PRIMARY KEY,
    at           bigint  NOT NULL,
    ended_at     bigint  NOT NULL,
    failed       boolean NOT NULL,
    report       text    NOT NULL
);
CREATE TABLE audit_checkpoint (
    size         bigint  NOT NULL PRIMARY KEY,
    at           bigint  NOT NULL,
    note         text    NOT NULL
);
CREATE TABLE audit_cosignature (
    size         bigint  NOT NULL,
    witness      text    NOT NULL,
    at           bigint  NOT NULL,
    line         text    NOT NULL,
    PRIMARY KEY (size, witness)
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
CREATE INDEX audit_entry_by_actor ON audit_entry (actor, number);
CREATE INDEX audit_entry_by_workspace ON audit_entry (workspace_id, number);
CREATE INDEX audit_entry_of_operation ON audit_entry (object, number)
    WHERE workspace_id = '' AND verb IN ('workspace.opened', 'workspace.changed', 'workspace.archived', 'membership.accepted', 'membership.changed', 'membership.ended');
CREATE TABLE audit_head (
    one          integer NOT NULL PRIMARY KEY,
    number       bigint  NOT NULL
);
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
CREATE TABLE audit_salt (
    number       bigint  NOT NULL PRIMARY KEY,
    salt         bytea   NOT NULL
);
CREATE TABLE audit_tile (
    level        integer NOT NULL,
    tile         bigint  NOT NULL,
    hashes       bytea   NOT NULL,
    PRIMARY KEY (level, tile)
);
CREATE TABLE audit_tree (
    one          integer NOT NULL PRIMARY KEY,
    size         bigint  NOT NULL,
    slot         bigint  NOT NULL
);
CREATE TABLE deconflict_act (
    pair_id    text   NOT NULL,
    act_id     text   NOT NULL,
    outcome    text   NOT NULL,
    note       text   NOT NULL,
    officer_id text   NOT NULL,
    acted_at   bigint NOT NULL,
    PRIMARY KEY (pair_id, act_id)
);
CREATE TABLE deconflict_budget (
    holder    text    NOT NULL,
    subject   text    NOT NULL,
    day       integer NOT NULL,
    hits      bigint  NOT NULL,
    guessable bigint  NOT NULL,
    PRIMARY KEY (holder, subject, day)
);
CREATE TABLE deconflict_fingerprint (
    one       integer NOT NULL PRIMARY KEY,
    match_key bytea   NOT NULL
);
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
    found_at      bigint  NOT NULL, run_id text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, hit_id)
);
CREATE INDEX deconflict_hit_by_object ON deconflict_hit (workspace_id, object_id);
CREATE INDEX deconflict_hit_by_run ON deconflict_hit (run_id, workspace_id);
CREATE INDEX deconflict_hit_by_time ON deconflict_hit (workspace_id, found_at);
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
CREATE TABLE deconflict_pair (
    match_key    bytea   NOT NULL,
    one          text    NOT NULL,
    two          text    NOT NULL,
    pair_id      text    NOT NULL,
    kind         text    NOT NULL,
    reason       text    NOT NULL,
    batch_size   bigint  NOT NULL,
    found_at     bigint  NOT NULL, run_id text NOT NULL DEFAULT '', closed_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (match_key, one, two)
);
CREATE INDEX deconflict_pair_for_desk ON deconflict_pair (pair_id) WHERE reason <> 'told';
CREATE INDEX deconflict_pair_waiting ON deconflict_pair (pair_id) WHERE reason <> 'told' AND closed_at = 0;
CREATE TABLE deconflict_seen (
    workspace_id text   NOT NULL,
    member_id    text   NOT NULL,
    hit_id       text   NOT NULL,
    seen_at      bigint NOT NULL,
    PRIMARY KEY (workspace_id, member_id, hit_id)
);
CREATE TABLE deconflict_warning (
    name      text   NOT NULL PRIMARY KEY,
    list      bytea  NOT NULL,
    loaded_at bigint NOT NULL
);
CREATE TABLE discussion_channel (
    workspace_id text    NOT NULL,
    channel_id   text    NOT NULL,
    name         text    NOT NULL,
    created_by   text    NOT NULL,
    created_at   bigint  NOT NULL,
    PRIMARY KEY (workspace_id, channel_id)
);
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
CREATE TABLE discussion_mention (
    workspace_id text    NOT NULL,
    topic_id     text    NOT NULL,
    number       bigint  NOT NULL,
    member_id    text    NOT NULL,
    PRIMARY KEY (workspace_id, topic_id, number, member_id)
);
CREATE INDEX discussion_mention_by_member ON discussion_mention (workspace_id, member_id, topic_id, number);
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
CREATE INDEX discussion_post_by_author ON discussion_post (workspace_id, author_id, topic_id);
CREATE UNIQUE INDEX discussion_post_by_id ON discussion_post (workspace_id, post_id);
CREATE TABLE discussion_read (
    workspace_id text    NOT NULL,
    member_id    text    NOT NULL,
    topic_id     text    NOT NULL,
    number       bigint  NOT NULL,
    PRIMARY KEY (workspace_id, member_id, topic_id)
);
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
CREATE INDEX discussion_topic_by_activity ON discussion_topic (workspace_id, last_at, topic_id);
CREATE INDEX discussion_topic_by_author ON discussion_topic (workspace_id, author_id, topic_id);
CREATE INDEX discussion_topic_by_channel ON discussion_topic (workspace_id, channel_id, pinned, last_at, topic_id);
CREATE TABLE discussion_version (
    workspace_id text    NOT NULL,
    post_id      text    NOT NULL,
    edits        integer NOT NULL,
    text         text    NOT NULL,
    written_at   bigint  NOT NULL,
    PRIMARY KEY (workspace_id, post_id, edits)
);
CREATE TABLE follow_cursor (
    name         text    NOT NULL PRIMARY KEY,
    number       bigint  NOT NULL
);
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
CREATE TABLE intel_batch (
    workspace_id     text    NOT NULL,
    batch_id         text    NOT NULL,
    state            text    NOT NULL,
    file_name        text    NOT NULL,
    format           text    NOT NULL,
    size             bigint  NOT NULL,
    sha256           text    NOT NULL,
    file_id          text    NOT NULL, -- the upload
    work_id          text    NOT NULL, -- the STIX objects made of it; the upload itself where it is STIX
    handling_id      text    NOT NULL, -- before the decision, open to who brought it alone
    org_id           text    NOT NULL,
    staged_by        text    NOT NULL,
    staged_strength  integer NOT NULL,
    staged_at        bigint  NOT NULL,
    decided_by       text    NOT NULL,
    decided_strength integer NOT NULL,
    decided_at       bigint  NOT NULL,
    ended_at         bigint  NOT NULL,
    counts           text    NOT NULL, -- objects by type and verdict
    next             bigint  NOT NULL, -- the ordinal to go on with
    done             bigint  NOT NULL,
    total            bigint  NOT NULL,
    reason           text    NOT NULL, totals text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, batch_id)
);
CREATE INDEX intel_batch_by_state ON intel_batch (workspace_id, state, batch_id);
CREATE TABLE intel_clock (
    workspace_id text   NOT NULL PRIMARY KEY,
    last         bigint NOT NULL
);
CREATE TABLE intel_edge (
    workspace_id text NOT NULL,
    object_id    text NOT NULL,
    property     text NOT NULL,
    target       text NOT NULL, -- a STIX id, here or not
    kind         text NOT NULL, -- the relationship's type
    other        text NOT NULL, -- the relationship's other end
    PRIMARY KEY (workspace_id, object_id, property, target)
);
CREATE INDEX intel_edge_by_target ON intel_edge (workspace_id, target, object_id);
CREATE TABLE intel_object (
    workspace_id text    NOT NULL,
    object_id    text    NOT NULL,
    stix_id      text    NOT NULL,
    audience     text    NOT NULL, -- who may see it, where that is not the whole workspace
    type         text    NOT NULL,
    name         text    NOT NULL,
    name_key     text    NOT NULL, -- folded for search; empty for relationships
    head         bigint  NOT NULL, -- its newest version
    handling_id  text    NOT NULL,
    own_tlp      integer NOT NULL, -- what its bytes say themselves; -1 for nothing
    source       text    NOT NULL,
    batch_id     text    NOT NULL, -- that brought it first
    date_added   bigint  NOT NULL, -- when the newest version came; strictly increasing in its workspace
    created      bigint  NOT NULL,
    modified     bigint  NOT NULL,
    revoked      boolean NOT NULL,
    confidence   integer NOT NULL,
    size         bigint  NOT NULL,
    PRIMARY KEY (workspace_id, object_id)
);
CREATE UNIQUE INDEX intel_object_by_date ON intel_object (workspace_id, date_added);
CREATE INDEX intel_object_by_name ON intel_object (workspace_id, name_key, object_id) WHERE name_key <> '';
CREATE INDEX intel_object_by_source ON intel_object (workspace_id, source, date_added);
CREATE UNIQUE INDEX intel_object_by_stix_id ON intel_object (workspace_id, stix_id, audience);
CREATE INDEX intel_object_by_type ON intel_object (workspace_id, type, date_added);
CREATE TABLE intel_saved (
    workspace_id text    NOT NULL,
    member_id    text    NOT NULL,
    name         text    NOT NULL,
    query        text    NOT NULL, -- as it stands in an address
    saved_at     bigint  NOT NULL,
    PRIMARY KEY (workspace_id, member_id, name)
);
CREATE TABLE intel_tally (
    workspace_id text   NOT NULL,
    batch_id     text   NOT NULL,
    type         text   NOT NULL,
    handling_id  text   NOT NULL,
    source       text   NOT NULL,
    objects      bigint NOT NULL,
    PRIMARY KEY (workspace_id, batch_id, type, handling_id, source)
);
CREATE TABLE intel_value (
    workspace_id text NOT NULL,
    object_id    text NOT NULL,
    kind         text NOT NULL,
    value        text NOT NULL,
    PRIMARY KEY (workspace_id, object_id, kind, value)
);
CREATE INDEX intel_value_by_value ON intel_value (workspace_id, value, kind, object_id);
CREATE TABLE intel_verdict (
    workspace_id text    NOT NULL,
    batch_id     text    NOT NULL,
    ordinal      bigint  NOT NULL,
    start        bigint  NOT NULL,
    length       bigint  NOT NULL,
    spec         text    NOT NULL,
    stix_id      text    NOT NULL,
    type         text    NOT NULL,
    version      bigint  NOT NULL,
    digest       bytea   NOT NULL,
    own_tlp      integer NOT NULL,
    source       text    NOT NULL,
    verdict      text    NOT NULL,
    field        text    NOT NULL,
    reason       text    NOT NULL,
    args         text    NOT NULL, withheld boolean NOT NULL DEFAULT FALSE,
    PRIMARY KEY (workspace_id, batch_id, ordinal)
);
CREATE INDEX intel_verdict_by_stix_id ON intel_verdict (workspace_id, batch_id, stix_id);
CREATE INDEX intel_verdict_by_verdict ON intel_verdict (workspace_id, batch_id, verdict, ordinal);
CREATE INDEX intel_verdict_red ON intel_verdict (workspace_id, batch_id, type, verdict) WHERE own_tlp = 4;
CREATE TABLE intel_version (
    workspace_id text    NOT NULL,
    object_id    text    NOT NULL,
    version      bigint  NOT NULL, -- modified, else created, else date_added
    raw          bytea   NOT NULL,
    format       text    NOT NULL,
    digest       bytea   NOT NULL, -- SHA-256 of the canonical form
    handling_id  text    NOT NULL,
    own_tlp      integer NOT NULL,
    source       text    NOT NULL,
    batch_id     text    NOT NULL,
    date_added   bigint  NOT NULL,
    PRIMARY KEY (workspace_id, object_id, version)
);
CREATE INDEX intel_version_by_batch ON intel_version (workspace_id, batch_id, date_added);
CREATE TABLE job_job (
    job_id        text    NOT NULL PRIMARY KEY,
    kind          text    NOT NULL,
    workspace_id  text    NOT NULL,
    payload       text    NOT NULL,
    state         text    NOT NULL,
    run_at        bigint  NOT NULL,
    attempts      integer NOT NULL,
    claimed_until bigint  NOT NULL,
    claimed_by    text    NOT NULL,
    error         text    NOT NULL,
    created_at    bigint  NOT NULL
);
CREATE INDEX job_job_by_turn ON job_job (state, run_at, job_id);
CREATE TABLE member_acceptance (
    member_id   text   NOT NULL REFERENCES member_member (member_id),
    rules       text   NOT NULL,
    accepted_at bigint NOT NULL,
    PRIMARY KEY (member_id, rules)
);
CREATE TABLE member_agreement (
    agreement_id text   NOT NULL PRIMARY KEY,
    org_id       text   NOT NULL REFERENCES member_organisation (org_id),
    reference    text   NOT NULL,
    scope        text   NOT NULL,
    first_day    bigint NOT NULL,
    last_day     bigint NOT NULL,
    recorded_by  text   NOT NULL,
    recorded_at  bigint NOT NULL,
    ended_at     bigint NOT NULL
);
CREATE INDEX member_agreement_by_org ON member_agreement (org_id, agreement_id);
CREATE TABLE member_approval (
    case_id     text   NOT NULL REFERENCES member_case (case_id),
    officer_id  text   NOT NULL,
    approved_at bigint NOT NULL,
    PRIMARY KEY (case_id, officer_id)
);
CREATE TABLE member_case (
    case_id     text   NOT NULL PRIMARY KEY,
    member_id   text   NOT NULL REFERENCES member_member (member_id),
    state       text   NOT NULL,
    statement   text   NOT NULL,
    endorsed_by text   NOT NULL,
    endorsed_at bigint NOT NULL,
    until       bigint NOT NULL,
    ended_by    text   NOT NULL,
    ended_at    bigint NOT NULL
);
CREATE INDEX member_case_by_member ON member_case (member_id, case_id);
CREATE INDEX member_case_open ON member_case (case_id) WHERE state = 'open';
CREATE TABLE member_confirmation (
    member_id    text   NOT NULL REFERENCES member_member (member_id),
    officer_id   text   NOT NULL,
    confirmed_at bigint NOT NULL,
    PRIMARY KEY (member_id, officer_id)
);
CREATE TABLE member_country (
    country      text    NOT NULL PRIMARY KEY,
    suspended    boolean NOT NULL
);
CREATE TABLE member_invitation (
    invitation_id text   NOT NULL PRIMARY KEY,
    token_hash    text   NOT NULL UNIQUE,
    org_id        text   NOT NULL REFERENCES member_organisation (org_id),
    email         text   NOT NULL,
    name          text   NOT NULL,
    officer       text   NOT NULL,
    state         text   NOT NULL,
    invited_by    text   NOT NULL,
    invited_at    bigint NOT NULL,
    confirmed_by  text   NOT NULL,
    ends_at       bigint NOT NULL,
    member_id     text   NOT NULL
);
CREATE INDEX member_invitation_by_org ON member_invitation (org_id, invitation_id);
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
, keys_off boolean NOT NULL DEFAULT FALSE);
CREATE INDEX member_member_by_org ON member_member (org_id, member_id);
CREATE INDEX member_member_by_vetting ON member_member (vetted_until, handle);
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
CREATE INDEX member_organisation_by_end ON member_organisation (operations_until, name, org_id);
CREATE INDEX member_organisation_by_name ON member_organisation (name, org_id);
CREATE UNIQUE INDEX member_organisation_one_ncb ON member_organisation (country) WHERE kind = 'ncb';
CREATE UNIQUE INDEX member_organisation_one_secretariat ON member_organisation (kind) WHERE kind = 'secretariat';
CREATE TABLE member_profile (
    member_id text    NOT NULL PRIMARY KEY REFERENCES member_member (member_id),
    about     text    NOT NULL,
    languages text    NOT NULL,
    fields    text    NOT NULL,
    askable   boolean NOT NULL,
    hours     text    NOT NULL
);
CREATE TABLE search_batch (
    workspace_id text    NOT NULL,
    batch_id     text    NOT NULL,
    PRIMARY KEY (workspace_id, batch_id)
);
CREATE TABLE search_doc (
    workspace_id text    NOT NULL,
    doc_id       bigint  NOT NULL, -- grows with the time of what it is a copy of
    kind         text    NOT NULL,
    ref_id       text    NOT NULL, -- of the post or object
    topic_id     text    NOT NULL,
    number       bigint  NOT NULL,
    type         text    NOT NULL,
    title        text    NOT NULL,
    text         text    NOT NULL,
    handling_id  text    NOT NULL,
    batch_id     text    NOT NULL, -- that first brought it
    latest_id    text    NOT NULL, -- the batch that brought what it says now
    at           bigint  NOT NULL,
    PRIMARY KEY (workspace_id, doc_id)
);
CREATE INDEX search_doc_by_latest ON search_doc (workspace_id, latest_id, ref_id) WHERE latest_id <> '';
CREATE UNIQUE INDEX search_doc_by_ref ON search_doc (workspace_id, ref_id, kind);
CREATE VIRTUAL TABLE search_token USING fts5 (
    title, text, content = '', contentless_delete = 1, detail = column, tokenize = 'ascii'
);
CREATE TABLE signin_ceremony (
    ceremony_id text   NOT NULL PRIMARY KEY,
    purpose     text   NOT NULL,
    member_id   text   NOT NULL,
    state       bytea  NOT NULL,
    ends_at     bigint NOT NULL
);
CREATE INDEX signin_ceremony_by_end ON signin_ceremony (ends_at);
CREATE TABLE signin_member (
    member_id text   NOT NULL PRIMARY KEY,
    changes   bigint NOT NULL
, enrolled boolean NOT NULL DEFAULT FALSE);
CREATE TABLE signin_passkey (
    passkey_id text   NOT NULL PRIMARY KEY,
    member_id  text   NOT NULL,
    name       text   NOT NULL,
    credential bytea  NOT NULL,
    added_at   bigint NOT NULL,
    used_at    bigint NOT NULL
, unconfirmed boolean NOT NULL DEFAULT FALSE);
CREATE INDEX signin_passkey_by_member ON signin_passkey (member_id, passkey_id);
CREATE TABLE signin_password (
    member_id text   NOT NULL PRIMARY KEY,
    hash      text   NOT NULL,
    secret    text   NOT NULL,
    step      bigint NOT NULL,
    set_at    bigint NOT NULL,
    used_at   bigint NOT NULL
);
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
CREATE INDEX signin_session_by_end ON signin_session (ends_at);
CREATE INDEX signin_session_by_member ON signin_session (member_id, session_id);
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
CREATE TABLE workspace_purge (
    workspace_id text   NOT NULL PRIMARY KEY,
    asked_by     text   NOT NULL,
    asked_at     bigint NOT NULL,
    confirmed_by text   NOT NULL,
    confirmed_at bigint NOT NULL,
    destroyed    bigint NOT NULL,
    ended_at     bigint NOT NULL
);
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
, moved_at bigint NOT NULL DEFAULT 0);
