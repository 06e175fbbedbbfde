-- +goose Up

-- The journal as a Merkle log. A leaf is a salted commitment to an entry; a tile is one row, with up to 256 hashes of 32 bytes.
-- Level -1 holds the leaves themselves, level 1 and above the roots of whole tiles below; level 0 follows from level -1.
CREATE TABLE audit_tree (
    one          integer NOT NULL PRIMARY KEY,
    size         bigint  NOT NULL,
    slot         bigint  NOT NULL
);
INSERT INTO audit_tree (one, size, slot) VALUES (1, 0, 0);
CREATE TABLE audit_tile (
    level        integer NOT NULL,
    tile         bigint  NOT NULL,
    hashes       bytea   NOT NULL,
    PRIMARY KEY (level, tile)
);
CREATE TABLE audit_salt (
    number       bigint  NOT NULL PRIMARY KEY,
    salt         bytea   NOT NULL
);
-- Every checkpoint ever signed, as it was signed, and what witnesses said of it.
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
-- What somebody did, and what was done somewhere.
CREATE INDEX audit_entry_by_actor ON audit_entry (actor, number);
CREATE INDEX audit_entry_by_workspace ON audit_entry (workspace_id, number);
