-- The sign-in screen asks who may sign in, and among a hundred thousand people they are few.
CREATE INDEX person_signs_in ON person (display_fold, id) WHERE password_hash IS NOT NULL AND deleted_at IS NULL;
