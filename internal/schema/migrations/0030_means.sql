-- +goose Up

-- Whoever has had a first means of signing in gets no other by the link of their
-- invitation, though all of them be taken from them.
ALTER TABLE signin_member ADD COLUMN enrolled boolean NOT NULL DEFAULT FALSE;
UPDATE signin_member SET enrolled = TRUE
    WHERE member_id IN (SELECT member_id FROM signin_passkey) OR member_id IN (SELECT member_id FROM signin_password);
