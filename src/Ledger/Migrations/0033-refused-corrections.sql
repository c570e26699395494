-- Why a second person did not agree to a correction, sealed like the reason of whoever asked for it. One that was decided without it was approved.
ALTER TABLE correction ADD COLUMN refusal BLOB;
