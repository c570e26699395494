-- Packages go to each destination one behind the other, numbered without a gap; one sender at a time holds the destination.
CREATE TABLE delivery_destination (
    name                TEXT    NOT NULL PRIMARY KEY,
    last_sequence       INTEGER NOT NULL,
    attempts            INTEGER NOT NULL,
    delivered           INTEGER NOT NULL,
    holder              TEXT,
    held_until          INTEGER
) STRICT, WITHOUT ROWID;

-- A package: the same identity, number and bytes on every attempt.
CREATE TABLE delivery (
    number              INTEGER NOT NULL PRIMARY KEY,
    id                  TEXT    NOT NULL UNIQUE,
    destination         TEXT    NOT NULL REFERENCES delivery_destination (name),
    sequence            INTEGER NOT NULL,
    recipient           TEXT    NOT NULL,
    batch               INTEGER NOT NULL REFERENCES batch (number),
    snapshot            INTEGER REFERENCES snapshot (number),
    release             INTEGER REFERENCES release (id),
    correction          INTEGER REFERENCES correction (id),
    documents           TEXT    NOT NULL,
    made_at             INTEGER NOT NULL,
    made_by             TEXT    NOT NULL,
    state               TEXT    NOT NULL,
    state_at            INTEGER NOT NULL,
    attempts            INTEGER NOT NULL,
    next_attempt        INTEGER NOT NULL,
    problem             TEXT,
    manifest            BLOB    NOT NULL,
    signature           BLOB,
    UNIQUE (destination, sequence)
) STRICT;

CREATE INDEX delivery_by_state ON delivery (destination, state, sequence);
CREATE INDEX delivery_by_documents ON delivery (destination, documents);
CREATE INDEX delivery_by_batch ON delivery (batch);
CREATE INDEX delivery_by_release ON delivery (release);

-- Its documents, sealed with the key of the batch; the bytes go when they are not needed any more, their digests stay.
CREATE TABLE delivery_file (
    delivery            INTEGER NOT NULL REFERENCES delivery (number),
    ordinal             INTEGER NOT NULL,
    name                TEXT    NOT NULL,
    bytes               INTEGER NOT NULL,
    sha256              TEXT    NOT NULL,
    sm3                 TEXT    NOT NULL,
    content             BLOB,
    PRIMARY KEY (delivery, ordinal)
) STRICT, WITHOUT ROWID;

-- Each attempt is written down before it is made: one without an outcome was cut off.
CREATE TABLE delivery_attempt (
    delivery            INTEGER NOT NULL REFERENCES delivery (number),
    ordinal             INTEGER NOT NULL,
    at                  INTEGER NOT NULL,
    made_by             TEXT    NOT NULL,
    outcome             TEXT,
    detail              TEXT,
    PRIMARY KEY (delivery, ordinal)
) STRICT, WITHOUT ROWID;

-- What recipients said. One that names no package of its destination is kept without one.
CREATE TABLE delivery_receipt (
    destination         TEXT    NOT NULL REFERENCES delivery_destination (name),
    package             TEXT    NOT NULL,
    source              TEXT    NOT NULL,
    delivery            INTEGER REFERENCES delivery (number),
    is_accepted         INTEGER NOT NULL,
    content             TEXT    NOT NULL,
    received_at         INTEGER NOT NULL,
    PRIMARY KEY (destination, package, source)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_receipt_by_delivery ON delivery_receipt (delivery);

-- A letter of correction says what it takes back.
ALTER TABLE correction ADD COLUMN judgement_before TEXT;
