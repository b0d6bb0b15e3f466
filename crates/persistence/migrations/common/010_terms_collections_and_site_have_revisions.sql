-- Each change of a tag, section, author, collection or the site raises its revision by one.
ALTER TABLE term ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE collection ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE site ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
