-- The word that a number will not come, made and signed with its package, and what became of it: nothing before the far side asks for the number.
ALTER TABLE delivery ADD COLUMN withdrawal BLOB;
ALTER TABLE delivery ADD COLUMN withdrawal_signature BLOB;
ALTER TABLE delivery ADD COLUMN withdrawal_state TEXT;

CREATE INDEX delivery_by_withdrawal ON delivery (destination, withdrawal_state, sequence);
