-- +goose Up

-- Background work. Global: a worker takes what has waited longest, wherever it belongs.
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

-- The last date_added of each workspace: its row is what two slices of one workspace wait for.
CREATE TABLE intel_clock (
    workspace_id text   NOT NULL PRIMARY KEY,
    last         bigint NOT NULL
);

-- Objects as lists show them: projections of their newest version, which can be rebuilt.
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
CREATE UNIQUE INDEX intel_object_by_stix_id ON intel_object (workspace_id, stix_id, audience);
CREATE UNIQUE INDEX intel_object_by_date ON intel_object (workspace_id, date_added);
CREATE INDEX intel_object_by_type ON intel_object (workspace_id, type, date_added);
CREATE INDEX intel_object_by_source ON intel_object (workspace_id, source, date_added);
CREATE INDEX intel_object_by_name ON intel_object (workspace_id, name_key, object_id) WHERE name_key <> '';

-- Every version, its bytes as they came.
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

-- What objects refer to. A relationship has two rows, each with its other end.
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

-- The technical values of objects, in canonical form.
CREATE TABLE intel_value (
    workspace_id text NOT NULL,
    object_id    text NOT NULL,
    kind         text NOT NULL,
    value        text NOT NULL,
    PRIMARY KEY (workspace_id, object_id, kind, value)
);
CREATE INDEX intel_value_by_value ON intel_value (workspace_id, value, kind, object_id);

-- How many objects there are, for the facets. What an unfinished batch brought is counted under its id, all else under ''.
CREATE TABLE intel_tally (
    workspace_id text   NOT NULL,
    batch_id     text   NOT NULL,
    type         text   NOT NULL,
    handling_id  text   NOT NULL,
    source       text   NOT NULL,
    objects      bigint NOT NULL,
    PRIMARY KEY (workspace_id, batch_id, type, handling_id, source)
);

-- Imports, from the upload to their end.
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
    reason           text    NOT NULL,
    PRIMARY KEY (workspace_id, batch_id)
);
CREATE INDEX intel_batch_by_state ON intel_batch (workspace_id, state, batch_id);

-- What an import would do, object by object.
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
    args         text    NOT NULL,
    PRIMARY KEY (workspace_id, batch_id, ordinal)
);
CREATE INDEX intel_verdict_by_verdict ON intel_verdict (workspace_id, batch_id, verdict, ordinal);
