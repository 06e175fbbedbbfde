-- +goose Up

-- Whoever has had a first means of signing in gets no other by the link of their
-- invitation, though all of them be taken from them.
ALTER TABLE signin_member ADD COLUMN enrolled boolean NOT NULL DEFAULT FALSE;
UPDATE signin_member SET enrolled = TRUE
    WHERE member_id IN (SELECT member_id FROM signin_passkey) OR member_id IN (SELECT member_id FROM signin_password);

-- A passkey that was added after a password and a code counts as these until
-- somebody who answers for the member has confirmed it: who gave both away must not
-- have given away a passkey with them.
ALTER TABLE signin_passkey ADD COLUMN unconfirmed boolean NOT NULL DEFAULT FALSE;
