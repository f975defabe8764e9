-- The attributes that the page of a connection's users does not show: a JSON array of SCIM paths.
ALTER TABLE connection ADD COLUMN hidden_attributes TEXT NOT NULL DEFAULT '[]';
