-- The name under which heads of this ledger are signed, so that a head of another one does not pass.
CREATE TABLE ledger_identity (
    id                  TEXT    NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What was done, in the transaction that did it. Each record's digest holds that of the record before. Nothing here names a subscriber.
CREATE TABLE audit (
    sequence            INTEGER NOT NULL PRIMARY KEY,
    at                  INTEGER NOT NULL,
    actor               TEXT    NOT NULL,
    duty                TEXT    NOT NULL,
    action              TEXT    NOT NULL,
    object              TEXT    NOT NULL,
    purpose             TEXT    NOT NULL,
    detail              TEXT    NOT NULL,
    hash                TEXT    NOT NULL
) STRICT;

CREATE INDEX audit_by_object ON audit (object, sequence);

-- The last record of a day, signed.
CREATE TABLE audit_head (
    day                 TEXT    NOT NULL PRIMARY KEY,
    sequence            INTEGER NOT NULL,
    hash                TEXT    NOT NULL,
    key_id              TEXT    NOT NULL,
    signature           TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
