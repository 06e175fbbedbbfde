-- +goose Up

-- The Directorate's lists are sorted by what ends first.
CREATE INDEX member_member_by_vetting ON member_member (vetted_until, handle);
CREATE INDEX member_organisation_by_end ON member_organisation (operations_until, name, org_id);
