-- How many of a connection's people are deactivated is read from these few rows, not from all of its people.
CREATE INDEX person_deactivated ON person (connection_id) WHERE deleted_at IS NULL AND active = 0;
