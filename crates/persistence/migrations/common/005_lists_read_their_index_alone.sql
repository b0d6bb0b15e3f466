-- A list, and a search for related articles, reads this index and nothing else: what they filter by
-- stands behind what they are ordered by.
DROP INDEX article_term_by_published_at;
CREATE INDEX article_term_by_published_at ON article_term
    (term, listed, published_at, article, expires_at, show_in_related, language, kind, modified_at);

-- Origins are looked up by many ids of one source at once. With the id first, a planner that has no
-- statistics yet, in the middle of an import, cannot take all rows of the source instead.
CREATE TABLE origin_by_id (
    source ordered_text NOT NULL,
    entity ordered_text NOT NULL,
    id ordered_text NOT NULL,
    target BYTEA NOT NULL,
    digest BIGINT NOT NULL,
    revision INTEGER,
    PRIMARY KEY (id, source, entity)
);
INSERT INTO origin_by_id (source, entity, id, target, digest, revision)
    SELECT source, entity, id, target, digest, revision FROM origin;
DROP TABLE origin;
ALTER TABLE origin_by_id RENAME TO origin;
CREATE INDEX origin_by_target ON origin (target);

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
