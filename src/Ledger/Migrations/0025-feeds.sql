-- The order in which sightings came to the ledger; one of which more became known gets a new number. Feeds go by it.
CREATE TABLE sighting_arrival (
    number              INTEGER NOT NULL PRIMARY KEY,
    key                 TEXT    NOT NULL UNIQUE REFERENCES sighting (key) ON DELETE CASCADE,
    times               INTEGER NOT NULL
) STRICT;

INSERT INTO sighting_arrival (number, key, times) SELECT row_number() OVER (ORDER BY window_start, key), key, 1 FROM sighting;

-- How far each feed has come in that order.
CREATE TABLE feed_mark (
    feed                TEXT    NOT NULL PRIMARY KEY,
    number              INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
