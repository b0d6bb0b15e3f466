-- The site's URL beside its document, because every article is shown with it.

ALTER TABLE site ADD COLUMN url TEXT;
