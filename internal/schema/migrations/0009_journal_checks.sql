-- +goose Up

-- Checks of the whole journal that officers asked for, and what each found.
CREATE TABLE audit_check (
    check_id     text    NOT NULL PRIMARY KEY,
    at           bigint  NOT NULL,
    ended_at     bigint  NOT NULL,
    failed       boolean NOT NULL,
    report       text    NOT NULL
);
