-- Deletion ends every right (`deletion.rs`). People who were deleted before that was so lose theirs here: what a
-- tombstone still has would return with its id.
UPDATE person SET active = 0, role = 'member', password_hash = NULL, must_choose_password = 0, blocked_at = NULL,
    blocked_by = NULL
WHERE deleted_at IS NOT NULL;
DELETE FROM stay WHERE person_id IN (SELECT id FROM person WHERE deleted_at IS NOT NULL);
DELETE FROM waiting_match WHERE person_id IN (SELECT id FROM person WHERE deleted_at IS NOT NULL);
