-- What a request shows without proving it: a request without a valid token, or one that began on this computer.
ALTER TABLE proof ADD COLUMN unproved INTEGER NOT NULL DEFAULT 0;
-- An older version took every request as proof of the way to here.
UPDATE proof SET unproved = 1
WHERE kind IN ('addressReached', 'https') AND refused = 0 AND NOT EXISTS (
    SELECT 1 FROM activity a
    WHERE a.id = proof.activity_id AND a.token_id IS NOT NULL AND a.source_ip IS NOT NULL
        AND a.source_ip NOT LIKE '127.%' AND a.source_ip <> '::1'
);
-- From here on: the newest request of the visit that proves that the public address leads here.
UPDATE visit SET secure_at = (
    SELECT max(a.at) FROM activity a
    WHERE a.connection_id = visit.connection_id AND a.at BETWEEN visit.started_at AND visit.last_at AND a.secure = 1
        AND a.token_id IS NOT NULL AND a.source_ip IS NOT NULL
        AND a.source_ip NOT LIKE '127.%' AND a.source_ip <> '::1'
);
