-- +goose Up

-- What members say of themselves to colleagues. languages and fields are codes of the deployment's lists, a space
-- between them.
CREATE TABLE member_profile (
    member_id text    NOT NULL PRIMARY KEY REFERENCES member_member (member_id),
    about     text    NOT NULL,
    languages text    NOT NULL,
    fields    text    NOT NULL,
    askable   boolean NOT NULL,
    hours     text    NOT NULL
);
