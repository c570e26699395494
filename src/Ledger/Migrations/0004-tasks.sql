-- A file of the regulator, as it was accepted. What it says of people lies sealed in content; the key is in the vault.
CREATE TABLE batch (
    number              INTEGER NOT NULL PRIMARY KEY,
    sha256              TEXT    NOT NULL UNIQUE,
    sm3                 TEXT    NOT NULL,
    file_name           TEXT    NOT NULL,
    file_bytes          INTEGER NOT NULL,
    received_at         INTEGER NOT NULL,
    sender              TEXT,
    document_number     TEXT,
    platform            TEXT,
    deadline            INTEGER,
    utc_offset_seconds  INTEGER NOT NULL,
    accepted_at         INTEGER NOT NULL,
    accepted_by         TEXT    NOT NULL,
    content             BLOB    NOT NULL
) STRICT;

CREATE TABLE batch_original (
    batch               INTEGER NOT NULL PRIMARY KEY REFERENCES batch (number),
    content             BLOB    NOT NULL
) STRICT;

-- Every row below a header, whatever became of it.
CREATE TABLE list_row (
    batch               INTEGER NOT NULL REFERENCES batch (number),
    list_table          INTEGER NOT NULL,
    line                INTEGER NOT NULL,
    disposition         TEXT    NOT NULL,
    reason              TEXT    NOT NULL,
    region              TEXT,
    is_priority         INTEGER NOT NULL,
    lead_kind           TEXT,
    coin                TEXT,
    content             BLOB    NOT NULL,
    PRIMARY KEY (batch, list_table, line)
) STRICT, WITHOUT ROWID;

-- What the rows ask: one line for each address and port.
CREATE TABLE list_entry (
    id                  INTEGER NOT NULL PRIMARY KEY,
    batch               INTEGER NOT NULL,
    list_table          INTEGER NOT NULL,
    line                INTEGER NOT NULL,
    ordinal             INTEGER NOT NULL,
    subject             TEXT    NOT NULL,
    seen_from           INTEGER NOT NULL,
    seen_to             INTEGER NOT NULL,
    first_address       TEXT    NOT NULL,
    last_address        TEXT    NOT NULL,
    first_port          INTEGER,
    last_port           INTEGER,
    protocol            INTEGER NOT NULL,
    change              TEXT    NOT NULL,
    UNIQUE (batch, list_table, line, ordinal),
    FOREIGN KEY (batch, list_table, line) REFERENCES list_row (batch, list_table, line)
) STRICT;

CREATE INDEX list_entry_by_subject ON list_entry (subject, seen_from, seen_to);
CREATE INDEX list_entry_by_address ON list_entry (first_address, seen_from);
