-- Which requests still have a body: bodies are kept for a shorter time than the rows.
CREATE INDEX activity_bodies ON activity (at) WHERE request_body IS NOT NULL OR response_body IS NOT NULL;
