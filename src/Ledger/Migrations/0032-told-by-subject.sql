-- When a case is opened, what its subject was seen doing goes to feeds once more, with the number of the case.
CREATE INDEX sighting_told_by_subject ON sighting_told (subject);
