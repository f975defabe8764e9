-- How the userName of a connection's people is shown (`user_name_choice.rs`). `person.user_name` is what is shown; the document has
-- what was sent, and `user_name_fold` is the fold of both.
ALTER TABLE connection ADD COLUMN user_name_choice TEXT NOT NULL DEFAULT 'asSent';
