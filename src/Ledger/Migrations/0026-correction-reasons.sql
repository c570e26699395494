-- Whether the reason was written for the letter that goes to everybody who got what was wrong. Earlier ones were written for the house and stay in it.
ALTER TABLE correction ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0;
