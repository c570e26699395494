-- What a set of forms was made from, as the ledger stood at one moment. Never changed once written. People in it lie sealed with the keys of the ledger's own rows.
CREATE TABLE snapshot (
    number              INTEGER NOT NULL PRIMARY KEY,
    taken_at            INTEGER NOT NULL,
    taken_by            TEXT    NOT NULL,
    purpose             TEXT    NOT NULL,
    week                TEXT    NOT NULL,
    answers             INTEGER NOT NULL,
    cases               INTEGER NOT NULL,
    sha256              TEXT    NOT NULL
) STRICT;

-- Its lines, gzipped, cut into pieces that both databases hold with ease.
CREATE TABLE snapshot_part (
    snapshot            INTEGER NOT NULL REFERENCES snapshot (number),
    part                INTEGER NOT NULL,
    content             BLOB    NOT NULL,
    PRIMARY KEY (snapshot, part)
) STRICT, WITHOUT ROWID;

-- The class of each county in the week of the snapshot, by which the next weeks are judged.
CREATE TABLE snapshot_county (
    snapshot            INTEGER NOT NULL REFERENCES snapshot (number),
    region              TEXT    NOT NULL,
    week                TEXT    NOT NULL,
    name                TEXT    NOT NULL,
    tier                INTEGER NOT NULL,
    weeks_in_a_row      INTEGER NOT NULL,
    PRIMARY KEY (snapshot, region)
) STRICT, WITHOUT ROWID;

CREATE INDEX snapshot_county_by_week ON snapshot_county (week, region);
