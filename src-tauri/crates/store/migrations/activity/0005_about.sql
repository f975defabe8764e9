-- What was asked about one person or group, newest first.
CREATE INDEX activity_resource ON activity (resource_id, at, id) WHERE resource_id IS NOT NULL;
