-- What is to be deleted because its time is over: planned by one person, approved by another, then done. The lists themselves name nothing but the ledger's own numbers.
CREATE TABLE purge (
    id                  INTEGER NOT NULL PRIMARY KEY,
    items               TEXT    NOT NULL,
    planned_by          TEXT    NOT NULL,
    planned_at          INTEGER NOT NULL,
    approved_by         TEXT,
    approved_at         INTEGER,
    done_at             INTEGER
) STRICT;
