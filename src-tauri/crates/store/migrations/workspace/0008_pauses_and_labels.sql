-- Who paused a connection, by the name of that time, and whether all were paused with it: those alone are resumed
-- together again. Nothing is known of who paused before.
ALTER TABLE connection ADD COLUMN paused_by TEXT;
ALTER TABLE connection ADD COLUMN paused_together INTEGER NOT NULL DEFAULT 0;

-- What a token is called; those of before are numbered in the order they were made.
ALTER TABLE token ADD COLUMN label TEXT NOT NULL DEFAULT '';
UPDATE token SET label = 'Token ' || numbered.number
FROM (SELECT id, row_number() OVER (PARTITION BY connection_id ORDER BY created_at, id) AS number FROM token) AS numbered
WHERE numbered.id = token.id;
CREATE UNIQUE INDEX token_label ON token (connection_id, label COLLATE NOCASE);

-- Who revoked a token, by the name of that time; nothing when it gave way to another one by itself.
ALTER TABLE token ADD COLUMN revoked_by TEXT;
