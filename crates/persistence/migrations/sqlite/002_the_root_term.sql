INSERT INTO term (id, role, slug, name, name_key, sort_key, tag_type, path, links)
VALUES (zeroblob(16), 3, '', '', '', '', 'keyword', '', '[]');
