-- A list, and a search for related articles, reads this index and nothing else: what they filter by
-- stands behind what they are ordered by.
DROP INDEX article_term_by_published_at;
CREATE INDEX article_term_by_published_at ON article_term
    (term, listed, published_at, article, expires_at, show_in_related, language, kind, modified_at);

-- Bodies: what is read each time stands before what is long and rarely asked for.
CREATE TABLE body_in_order (
    article BYTEA NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    word_count INTEGER NOT NULL,
    reading_minutes INTEGER NOT NULL,
    toc TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    blocks TEXT NOT NULL
);
INSERT INTO body_in_order (article, version, word_count, reading_minutes, toc, html, text, blocks)
    SELECT article, version, word_count, reading_minutes, toc, html, text, blocks FROM article_body;
DROP TABLE article_body;
ALTER TABLE body_in_order RENAME TO article_body;
