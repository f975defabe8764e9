-- What the operating system was asked to tell, and when last: nothing is told twice within a day.
CREATE TABLE notice (
    cause TEXT PRIMARY KEY,
    told_at INTEGER NOT NULL
) STRICT;
