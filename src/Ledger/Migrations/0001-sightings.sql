-- One row for each sighting. Times are nanoseconds since 1970 UTC, addresses canonical text, lists and nested parts JSON.
CREATE TABLE sighting (
    key                 TEXT    NOT NULL PRIMARY KEY,
    sensor              TEXT    NOT NULL,
    capture             TEXT    NOT NULL,
    client              TEXT    NOT NULL,
    client_ports        TEXT    NOT NULL,
    server              TEXT    NOT NULL,
    server_port         INTEGER NOT NULL,
    transport           INTEGER NOT NULL,
    window_start        INTEGER NOT NULL,
    window_end          INTEGER NOT NULL,
    first_seen          INTEGER NOT NULL,
    last_seen           INTEGER NOT NULL,
    connections         INTEGER NOT NULL,
    role                TEXT    NOT NULL,
    state               TEXT    NOT NULL,
    dialect             TEXT    NOT NULL,
    rule                TEXT    NOT NULL,
    coin                TEXT    NOT NULL,
    algorithm           TEXT,
    confidence          REAL    NOT NULL,
    encrypted           INTEGER NOT NULL,
    shares_submitted    INTEGER NOT NULL,
    shares_accepted     INTEGER NOT NULL,
    shares_rejected     INTEGER NOT NULL,
    shares_stale        INTEGER NOT NULL,
    accepted_work       REAL    NOT NULL,
    hashrate            REAL,
    hashrate_unit       TEXT,
    pool                TEXT,
    pool_host           TEXT,
    login_digest        TEXT,
    login_masked        TEXT,
    worker_digest       TEXT,
    worker_masked       TEXT,
    attribution         TEXT,
    attribution_grade   TEXT,
    detail              TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sighting_by_time ON sighting (window_start, key);
CREATE INDEX sighting_by_client ON sighting (client, window_start);

-- Fields that name a person or an account. Apart, so that a copy or an export of the ledger can leave them out whole.
CREATE TABLE sighting_restricted (
    key                 TEXT    NOT NULL PRIMARY KEY REFERENCES sighting (key) ON DELETE CASCADE,
    login               TEXT,
    worker              TEXT,
    attribution         TEXT
) STRICT, WITHOUT ROWID;
