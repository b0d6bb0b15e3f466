-- Where the newest revision stands on its way to readers, and whose article it is.
ALTER TABLE story ADD COLUMN status TEXT NOT NULL DEFAULT 'draft';
ALTER TABLE story ADD COLUMN created_by BYTEA;
UPDATE story SET status = 'published' WHERE published_revision = revision;
CREATE INDEX story_by_status ON story (status, modified_at, id);
CREATE INDEX story_by_creator ON story (created_by) WHERE created_by IS NOT NULL;

-- When readers come to know an article by a slug; never, for what only writers know.
ALTER TABLE article_slug ADD COLUMN known_at BIGINT;
UPDATE article_slug SET known_at = COALESCE((SELECT first_published_at FROM story WHERE story.id = article_slug.article), 0)
    WHERE public = TRUE;
ALTER TABLE article_slug DROP COLUMN public;

-- Who made a revision, what was said with it, and whether readers were to see it.
ALTER TABLE revision ADD COLUMN author BYTEA;
ALTER TABLE revision ADD COLUMN note TEXT;
ALTER TABLE revision ADD COLUMN published BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE revision SET published = TRUE WHERE document LIKE '%"status":"published"%';

-- The authors of articles whose newest revision is not published; those of others are in article_term.
CREATE TABLE story_author (
    author BYTEA NOT NULL,
    article BYTEA NOT NULL,
    PRIMARY KEY (author, article)
) /* clustered */;
CREATE INDEX story_author_by_article ON story_author (article);

-- Whose byline an author is.
ALTER TABLE term ADD COLUMN account BYTEA;
CREATE INDEX term_by_account ON term (account) WHERE account IS NOT NULL;

-- Terms that are no more because others took their place.
CREATE TABLE term_alias (
    term BYTEA NOT NULL PRIMARY KEY,
    present BYTEA NOT NULL
);
CREATE INDEX term_alias_by_present ON term_alias (present);

-- Moments at which articles come (opens) and go by the clock, and that the log does not have yet.
CREATE TABLE window_edge (
    article BYTEA NOT NULL,
    opens BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (article, opens)
);
CREATE INDEX window_edge_by_time ON window_edge (at);
INSERT INTO window_edge (article, opens, at)
    SELECT id, TRUE, published_at FROM article
    WHERE published_at > (SELECT settled FROM clock WHERE id = 1);
INSERT INTO window_edge (article, opens, at)
    SELECT id, FALSE, expires_at FROM article
    WHERE expires_at < 9223372036854775807 AND expires_at > (SELECT settled FROM clock WHERE id = 1);

-- What a key signs: access tokens, or links to articles that readers do not see yet.
ALTER TABLE signing_key ADD COLUMN purpose TEXT NOT NULL DEFAULT 'access';

-- Articles that are no more; since when, where readers have known them.
CREATE TABLE purged (
    article BYTEA NOT NULL PRIMARY KEY,
    at BIGINT
);

-- Which article a request to make one made, so that it makes no second one.
CREATE TABLE article_request (
    account BYTEA NOT NULL,
    key ordered_text NOT NULL,
    digest BYTEA NOT NULL,
    article BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE INDEX article_request_by_time ON article_request (at);
