-- How far each numbered source of sightings (the spool of a sensor) has been written; set in the transaction that adds them.
CREATE TABLE source_mark (
    source              TEXT    NOT NULL PRIMARY KEY,
    sequence            INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
