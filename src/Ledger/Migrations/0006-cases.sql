-- One case for each subject at a time.
CREATE TABLE cases (
    id                  INTEGER NOT NULL PRIMARY KEY,
    subject             INTEGER NOT NULL REFERENCES subject (id),
    region              TEXT    NOT NULL,
    state               TEXT    NOT NULL,
    judgement           TEXT    NOT NULL,
    is_concentrated     INTEGER NOT NULL,
    is_public_resource  INTEGER NOT NULL,
    is_bitcoin          INTEGER NOT NULL,
    opened_at           INTEGER NOT NULL,
    state_at            INTEGER NOT NULL,
    state_by            TEXT    NOT NULL,
    steps               INTEGER NOT NULL,
    last_seen           INTEGER NOT NULL,
    measure             TEXT,
    measure_at          INTEGER,
    observe_from        INTEGER,
    observe_until       INTEGER,
    observe_sources     TEXT,
    cleared_at          INTEGER,
    relapsed_at         INTEGER,
    relapses            INTEGER NOT NULL,
    legal_hold          INTEGER NOT NULL
) STRICT;

CREATE INDEX cases_by_subject ON cases (subject, id);
CREATE INDEX cases_by_state ON cases (state, id);
CREATE INDEX cases_by_region ON cases (region, id);
CREATE INDEX cases_by_region_and_state ON cases (region, state, id);

-- How it came to its state. What was said about people lies sealed in content.
CREATE TABLE case_step (
    case_id             INTEGER NOT NULL REFERENCES cases (id),
    number              INTEGER NOT NULL,
    at                  INTEGER NOT NULL,
    actor               TEXT    NOT NULL,
    duty                TEXT    NOT NULL,
    from_state          TEXT    NOT NULL,
    to_state            TEXT    NOT NULL,
    content             BLOB    NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;

-- Which sightings were told to cases, and up to when: a sighting that goes on is told again.
CREATE TABLE sighting_told (
    key                 TEXT    NOT NULL PRIMARY KEY,
    last_seen           INTEGER NOT NULL,
    subject             INTEGER
) STRICT, WITHOUT ROWID;
