-- A PATCH could take `active` out of a document, and reads then showed no `active` where filters found one. The column
-- is right; the document says the same again.
UPDATE person
SET document = json_set(document, '$.active', json(CASE active WHEN 0 THEN 'false' ELSE 'true' END)),
    version = version + 1
WHERE json_type(document, '$.active') IS NULL;
