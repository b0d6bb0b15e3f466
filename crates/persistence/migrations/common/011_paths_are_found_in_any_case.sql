-- Paths are looked up without regard to the case of ASCII letters.
CREATE INDEX article_path_in_lower_case ON article_path (lower(path));
CREATE INDEX media_path_in_lower_case ON media_path (lower(path));

-- What readers see of an article is changed at the latest when they come to see it.
UPDATE article SET modified_at = published_at WHERE modified_at < published_at;
UPDATE article_term SET modified_at = published_at WHERE modified_at < published_at;
