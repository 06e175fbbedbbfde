-- +goose Up

-- What lets organisations take part. member_organisation's until-columns follow from it.
CREATE UNIQUE INDEX member_organisation_one_ncb ON member_organisation (country) WHERE kind = 'ncb';
CREATE UNIQUE INDEX member_organisation_one_secretariat ON member_organisation (kind) WHERE kind = 'secretariat';
CREATE INDEX member_organisation_by_name ON member_organisation (name, org_id);
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

-- How people become members: a link whose token is kept as its hash alone.
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
CREATE TABLE member_acceptance (
    member_id   text   NOT NULL REFERENCES member_member (member_id),
    rules       text   NOT NULL,
    accepted_at bigint NOT NULL,
    PRIMARY KEY (member_id, rules)
);
CREATE TABLE member_confirmation (
    member_id    text   NOT NULL REFERENCES member_member (member_id),
    officer_id   text   NOT NULL,
    confirmed_at bigint NOT NULL,
    PRIMARY KEY (member_id, officer_id)
);

-- Vetting for Operations. member_member.vetted_until follows from it.
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
CREATE TABLE member_approval (
    case_id     text   NOT NULL REFERENCES member_case (case_id),
    officer_id  text   NOT NULL,
    approved_at bigint NOT NULL,
    PRIMARY KEY (case_id, officer_id)
);
