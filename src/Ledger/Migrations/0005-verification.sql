-- Somebody whom an answer named: a subscriber across accounts and addresses. Who it is lies sealed in content; digests find it again.
CREATE TABLE subject (
    id                  INTEGER NOT NULL PRIMARY KEY,
    kind                TEXT    NOT NULL,
    is_person           INTEGER NOT NULL,
    region              TEXT,
    first_seen          INTEGER NOT NULL,
    last_seen           INTEGER NOT NULL,
    content             BLOB    NOT NULL
) STRICT;

CREATE TABLE subject_key (
    kind                TEXT    NOT NULL,
    digest              TEXT    NOT NULL,
    subject             INTEGER NOT NULL REFERENCES subject (id),
    PRIMARY KEY (kind, digest, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX subject_key_by_subject ON subject_key (subject);

-- What was found for an entry of a list, by the machine first, then by two persons.
CREATE TABLE verification (
    entry               INTEGER NOT NULL PRIMARY KEY REFERENCES list_entry (id),
    batch               INTEGER NOT NULL REFERENCES batch (number),
    state               TEXT    NOT NULL,
    outcome             TEXT    NOT NULL,
    grade               TEXT,
    answer_digest       TEXT    NOT NULL,
    subject             INTEGER REFERENCES subject (id),
    sightings           INTEGER NOT NULL,
    own_view            TEXT    NOT NULL,
    judgement           TEXT    NOT NULL,
    is_visit_only       INTEGER NOT NULL,
    is_concentrated     INTEGER NOT NULL,
    is_public_resource  INTEGER NOT NULL,
    is_bitcoin          INTEGER NOT NULL,
    site                TEXT    NOT NULL,
    rules_version       TEXT    NOT NULL,
    proposed_at         INTEGER NOT NULL,
    verifier            TEXT,
    verified_at         INTEGER,
    reviewer            TEXT,
    reviewed_at         INTEGER,
    content             BLOB    NOT NULL
) STRICT;

CREATE INDEX verification_by_batch ON verification (batch, state);
CREATE INDEX verification_by_subject ON verification (subject);

-- When a sensor or a log was healthy, as it reported itself: nothing is proven by the silence of what was not listening.
CREATE TABLE coverage (
    source              TEXT    NOT NULL,
    healthy_from        INTEGER NOT NULL,
    healthy_to          INTEGER NOT NULL,
    PRIMARY KEY (source, healthy_from)
) STRICT, WITHOUT ROWID;
