-- When this ledger was last put back from a backup, and when a person last said from which number on a destination counts: what was sent in between only the recipient knows.
ALTER TABLE ledger_identity ADD COLUMN restored_at INTEGER;
ALTER TABLE delivery_destination ADD COLUMN counted_at INTEGER;
