-- A JSON list.
ALTER TABLE article ADD COLUMN corrections TEXT NOT NULL DEFAULT '[]';
