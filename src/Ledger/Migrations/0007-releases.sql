-- Clear data leaves the house under a release only: asked for by one person, approved by another, for a purpose and until an end.
CREATE TABLE release (
    id                  INTEGER NOT NULL PRIMARY KEY,
    batch               INTEGER NOT NULL REFERENCES batch (number),
    purpose             TEXT    NOT NULL,
    legal_basis         TEXT    NOT NULL,
    recipient           TEXT    NOT NULL,
    asked_by            TEXT    NOT NULL,
    asked_at            INTEGER NOT NULL,
    valid_until         INTEGER NOT NULL,
    approved_by         TEXT,
    approved_at         INTEGER,
    withdrawn_at        INTEGER
) STRICT;

CREATE INDEX release_by_batch ON release (batch, id);

-- What left the house: who got it is told when something of it turns out to be wrong.
CREATE TABLE disclosure (
    id                  INTEGER NOT NULL PRIMARY KEY,
    batch               INTEGER NOT NULL REFERENCES batch (number),
    release             INTEGER REFERENCES release (id),
    recipient           TEXT    NOT NULL,
    document            TEXT    NOT NULL,
    sha256              TEXT    NOT NULL,
    sent_by             TEXT    NOT NULL,
    sent_at             INTEGER NOT NULL
) STRICT;

CREATE INDEX disclosure_by_batch ON disclosure (batch, id);

-- What was said about an entry that had left the house, and was wrong.
CREATE TABLE correction (
    id                  INTEGER NOT NULL PRIMARY KEY,
    entry               INTEGER NOT NULL REFERENCES list_entry (id),
    judgement           TEXT    NOT NULL,
    asked_by            TEXT    NOT NULL,
    asked_at            INTEGER NOT NULL,
    decided_by          TEXT,
    decided_at          INTEGER,
    content             BLOB    NOT NULL
) STRICT;

CREATE INDEX correction_by_entry ON correction (entry, id);

-- Whom a correction has to reach, and whether it did.
CREATE TABLE correction_notice (
    correction          INTEGER NOT NULL REFERENCES correction (id),
    disclosure          INTEGER NOT NULL REFERENCES disclosure (id),
    sent_at             INTEGER,
    PRIMARY KEY (correction, disclosure)
) STRICT, WITHOUT ROWID;
