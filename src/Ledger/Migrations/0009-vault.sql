-- Which vault holds the keys of this ledger: another one would find everything unreadable, and seal new things with keys that nobody keeps.
ALTER TABLE ledger_identity ADD COLUMN vault TEXT;
