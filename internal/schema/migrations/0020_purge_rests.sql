-- +goose Up

-- Entries of the platform's journal that tell of an operation: who opened it, who came and who went. Its purge finds
-- them by this, among all sign-ins and admissions of the platform.
CREATE INDEX audit_entry_of_operation ON audit_entry (object, number)
    WHERE workspace_id = '' AND verb IN ('workspace.opened', 'workspace.changed', 'workspace.archived', 'membership.accepted', 'membership.changed', 'membership.ended');

-- Keys of undone batches, which stayed without their workspace: no purge would find them.
DELETE FROM deconflict_key WHERE workspace_id = '';
