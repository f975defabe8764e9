-- By which choices the name and the e-mail address of a connection's people follow from their resources
-- (`account_values.rs`). `names_after`: the names of the people behind this id are to be derived again; NULL: none are.
ALTER TABLE connection ADD COLUMN email_choice TEXT NOT NULL DEFAULT 'primary';
ALTER TABLE connection ADD COLUMN name_choice TEXT NOT NULL DEFAULT 'formatted';
ALTER TABLE connection ADD COLUMN names_after TEXT;
