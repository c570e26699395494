-- What of a sighting names a person or an account, sealed with the key of its day. sighting_restricted held the same in clear: whoever opens the ledger with its keys next seals what it still holds.
CREATE TABLE sighting_sealed (
    key                 TEXT    NOT NULL PRIMARY KEY REFERENCES sighting (key) ON DELETE CASCADE,
    vault_key           TEXT    NOT NULL,
    content             BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sighting_sealed_by_vault_key ON sighting_sealed (vault_key);
