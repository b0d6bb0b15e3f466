-- The tags, sections and authors of articles whose newest revision is not published; those of others are in
-- article_term. The program fills in what the documents of drafts name.
CREATE TABLE story_term (
    article BYTEA NOT NULL,
    term BYTEA NOT NULL,
    PRIMARY KEY (article, term)
) /* clustered */;
CREATE INDEX story_term_by_term ON story_term (term, article);
DROP TABLE story_author;

-- The desk orders articles by the modification time that clients see, which for published and scheduled ones is
-- at least that of publication. When a revision was saved, revision.at says.
UPDATE story SET modified_at = (SELECT article.modified_at FROM article WHERE article.id = story.id)
    WHERE status = 'published' AND EXISTS (
        SELECT 1 FROM article WHERE article.id = story.id AND article.modified_at <> story.modified_at);
