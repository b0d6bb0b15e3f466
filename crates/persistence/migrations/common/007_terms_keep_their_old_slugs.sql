-- Slugs that terms had earlier, and that no other term has now.
CREATE TABLE term_slug (
    role SMALLINT NOT NULL,
    slug ordered_text NOT NULL,
    term BYTEA NOT NULL,
    PRIMARY KEY (role, slug)
) /* clustered */;
CREATE INDEX term_slug_by_term ON term_slug (term);
