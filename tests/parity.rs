//! REST and GraphQL return the same data for every operation.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::support::{
    Kind, Site,
    newsroom::{lines, stories},
    on_each_database,
};

/// Fields with enum values, which are lower-case in REST and upper-case in GraphQL.
const ENUMS: [&str; 6] = ["kind", "status", "access", "type", "source", "totalKind"];

/// Converts a GraphQL value to the form that REST returns.
fn as_rest(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(as_rest).collect(),
        Value::Object(object) => {
            let mut mapped = Map::new();
            for (name, value) in object {
                match (name.as_str(), value) {
                    ("__typename", Value::String(name)) if name.ends_with("Block") => {
                        mapped
                            .insert("type".to_owned(), json!(name.trim_end_matches("Block").to_lowercase()));
                    }
                    (name, Value::String(word)) if ENUMS.contains(&name) => {
                        mapped.insert(name.to_owned(), json!(word.to_lowercase()));
                    }
                    (name, value) => {
                        mapped.insert(name.to_owned(), as_rest(value));
                    }
                }
            }
            Value::Object(mapped)
        }
        value => value.clone(),
    }
}

const TAG: &str = "id revision slug name type description parent { id slug name } articleCount";
const SECTION: &str = "id revision slug name description parent { id slug name } path articleCount";
const MEDIA: &str = "id kind url mimeType width height alt caption credit rights focalPoint { x y } \
    renditions { url mimeType width height }";
const COMMENT: &str = "id article { id slug } parent { id } depth authorName body { html text } status createdAt \
    editedAt replyCount deleted";

fn author() -> String {
    format!("id revision slug name bio photo {{ {MEDIA} }} links {{ label url }} articleCount")
}

fn card() -> String {
    format!(
        "id revision kind slug headline kicker standfirst byline section {{ {SECTION} }} authors {{ {author} }} \
         tags {{ {TAG} }} leadMedia {{ {MEDIA} }} commentCount language status isPublished hasNewerDraft publishedAt firstPublishedAt modifiedAt canonicalPath canonicalUrl commentsOpen access \
         hideAds sensitive",
        author = author()
    )
}

fn related() -> String {
    format!("score source reasons {{ parts {{ kind points tag {{ {TAG} }} }} timeFactor }}")
}

const BODY: &str = "html toc { id level text } wordCount readingMinutes text blocks { __typename \
    ... on ParagraphBlock { html } ... on HeadingBlock { html id level text } ... on QuoteBlock { html text cite } \
    ... on PullquoteBlock { html text cite } ... on ListBlock { html ordered items } \
    ... on ImageBlock { html image { url srcset sizes alt width height caption credit } } \
    ... on GalleryBlock { html images { url srcset sizes alt width height caption credit } } ... on EmbedBlock { html provider url } \
    ... on CodeBlock { html language text } ... on TableBlock { html caption head rows } ... on DividerBlock { html } \
    ... on HtmlBlock { html } }";

/// Operations that only one of the APIs has.
const REST_ONLY: [&str; 11] = [
    "get_keys",
    "get_openapi",
    "get_schema",
    "get_home",
    "get_docs",
    "get_graphiql",
    "get_problem",
    "get_asset",
    "get_reader",
    "get_liveness",
    "get_readiness",
];
const GRAPHQL_ONLY: [&str; 2] = ["node", "nodes"];

/// REST operations and the GraphQL field that does the same.
const TWINS: [(&str, &str); 62] = [
    ("list_articles", "articles"),
    ("get_article", "article"),
    ("list_related_articles", "article.related"),
    ("list_tags", "tags"),
    ("get_tag", "tag"),
    ("list_sections", "sections"),
    ("get_section", "section"),
    ("list_authors", "authors"),
    ("get_author", "author"),
    ("resolve_path", "resolve"),
    ("list_comments", "article.comments"),
    ("list_collections", "collections"),
    ("list_collection_entries", "collection.entries"),
    ("get_collection", "collection"),
    ("get_site", "site"),
    ("begin_session", "login"),
    ("renew_session", "refresh"),
    ("end_session", "logout"),
    ("choose_password", "choosePassword"),
    ("get_me", "me"),
    ("list_users", "users"),
    ("list_colleagues", "colleagues"),
    ("get_user", "user"),
    ("create_user", "createUser"),
    ("update_user", "updateUser"),
    ("create_password_link", "createPasswordLink"),
    ("list_api_keys", "apiKeys"),
    ("create_api_key", "createApiKey"),
    ("revoke_api_key", "revokeApiKey"),
    ("list_changes", "changes"),
    ("create_article", "createArticle"),
    ("upsert_article", "upsertArticle"),
    ("update_article", "updateArticle"),
    ("trash_article", "trashArticle"),
    ("submit_article", "submitArticle"),
    ("send_back_article", "sendBackArticle"),
    ("publish_article", "publishArticle"),
    ("unpublish_article", "unpublishArticle"),
    ("archive_article", "archiveArticle"),
    ("restore_article", "restoreArticle"),
    ("purge_article", "purgeArticle"),
    ("create_preview_token", "createPreviewToken"),
    ("list_revisions", "manuscript.revisions"),
    ("get_revision", "manuscript"),
    ("compare_revisions", "compareRevisions"),
    ("restore_revision", "restoreRevision"),
    ("update_articles", "updateArticles"),
    ("merge_tags", "mergeTags"),
    ("create_tag", "createTag"),
    ("update_tag", "updateTag"),
    ("remove_tag", "removeTag"),
    ("create_section", "createSection"),
    ("update_section", "updateSection"),
    ("remove_section", "removeSection"),
    ("create_my_byline", "createMyByline"),
    ("create_author", "createAuthor"),
    ("update_author", "updateAuthor"),
    ("remove_author", "removeAuthor"),
    ("create_collection", "createCollection"),
    ("update_collection", "updateCollection"),
    ("remove_collection", "removeCollection"),
    ("update_site", "updateSite"),
];

/// Asserts that a REST list and a GraphQL connection are the same.
#[track_caller]
fn same_list(rest: &Value, connection: &Value, context: &str) {
    let connection = as_rest(connection);
    assert_eq!(rest["data"], connection["nodes"], "{context}");
    let page = &rest["page"];
    let info = &connection["pageInfo"];
    assert_eq!(page["hasNext"], info["hasNextPage"], "{context}");
    assert_eq!(page["hasPrevious"], info["hasPreviousPage"], "{context}");
    assert_eq!(page["total"], connection["totalCount"], "{context}");
    if page["hasNext"] == true {
        assert_eq!(page["next"], info["endCursor"], "{context}");
    }
    if page["hasPrevious"] == true {
        assert_eq!(page["previous"], info["startCursor"], "{context}");
    }
}

const PAGE: &str = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";

fn newsroom() -> Vec<Value> {
    let mut lines = lines(&stories(45));
    lines.push(json!({
        "id": "full", "slug": "full", "headline": "Full", "kicker": "K", "byline": "By hand", "section": "asia",
        "publishedAt": "2025-06-01T00:00:00Z", "tags": ["tag-1", "tag-0"], "authors": ["author-1"],
        "aliasPaths": ["/old/full", "/?p=7"], "leadMedia": "photo",
        "seo": { "title": "T", "description": "D", "canonicalUrl": "https://example.com/full", "image": "photo" }, "corrections": [{ "at": "2025-06-02T00:00:00Z", "text": "A name.", "kind": "correction" }], "relatedPins": ["story-3"],
        "body": "<h2>H</h2><p>P</p><blockquote><p>Q</p><cite>C</cite></blockquote><aside class=pullquote><p>Big</p></aside>\
                 <ul><li>a</ul><figure><img src=/a.jpg alt=A><figcaption>cap</figcaption></figure>\
                 <div class=gallery><figure><img src=/b.jpg></figure><figure><img src=/c.jpg></figure></div>\
                 <iframe src=https://www.youtube.com/embed/x></iframe><pre><code class=language-rust>x</code></pre>\
                 <table><tr><th>h<tr><td>d</table><hr><dl><dt>x</dl>",
    }));
    lines.extend([
        json!({ "type": "media", "id": "photo", "url": "https://example.com/a.jpg", "mimeType": "image/jpeg", "width": 1600,
                "height": 900, "alt": "A", "caption": "C", "credit": "P", "rights": "R", "focalPoint": { "x": 0.5, "y": 0.25 },
                "renditions": [{ "url": "https://example.com/a-300.jpg", "width": 300, "height": 169 }], "aliasPaths": ["/a-photo"] }),
        json!({ "type": "author", "id": "author-2", "name": "author-2", "photo": "photo" }),
        json!({ "type": "comment", "id": "c2", "article": "full", "parent": "c1", "authorName": "B", "body": "<p>Reply <script>x</script>",
                "bodyFormat": "html", "createdAt": "2025-06-03T00:00:00Z", "editedAt": "2025-06-03T01:00:00Z" }),
        json!({ "type": "comment", "id": "c1", "article": "full", "authorName": "A", "body": "Gone", "status": "trash", "createdAt": "2025-06-02T00:00:00Z" }),
        json!({ "type": "comment", "id": "c3", "article": "full", "authorName": "C", "body": "Last\n\nword", "createdAt": "2025-06-04T00:00:00Z" }),
        json!({ "type": "comment", "id": "c4", "article": "full", "authorName": "D", "body": "Waiting", "status": "pending", "createdAt": "2025-06-05T00:00:00Z" }),
        json!({ "type": "collection", "id": "front", "slug": "front", "title": "Front page", "articles": ["story-7", "full", "nowhere", "story-2"] }),
        json!({ "type": "collection", "id": "empty", "title": "An empty one", "description": "Nothing." }),
        json!({ "type": "site", "title": "The Paper", "tagline": "News", "description": "D", "language": "en-GB", "timeZone": "Europe/Lisbon",
                "logo": "photo", "navigation": [{ "label": "World", "url": "/world", "children": [{ "label": "Asia", "url": "/world/asia" }] }],
                "social": [{ "network": "mastodon", "url": "https://example.social/@paper", "label": "Mastodon" }],
                "placements": [{ "key": "top", "label": "Advertisement", "html": "<script>ad()</script>" }] }),
    ]);
    lines.push(json!({ "id": "german", "headline": "Voll", "language": "de", "translationOf": "full", "publishedAt": "2025-06-02T00:00:00Z" }));
    lines
}

on_each_database! {
    fn lists_are_the_same_in_both_apis(kind) {
        let site = Site::with(kind, &newsroom());
        let card = card();
        let any = site.get("/v1/articles?limit=3&fields=id").ok();
        let id = any["data"][1]["id"].as_str().expect("an id");
        let questions = [
            ("limit=5", json!({ "first": 5 })),
            ("limit=5&sort=publishedAt", json!({ "first": 5, "sort": "PUBLISHED_AT_ASC" })),
            ("sort=-modifiedAt", json!({ "sort": "MODIFIED_AT_DESC" })),
            ("sort=modifiedAt&limit=5", json!({ "sort": "MODIFIED_AT_ASC", "first": 5 })),
            ("sort=headline&limit=90", json!({ "sort": "HEADLINE_ASC", "first": 90 })),
            ("tag=tag-1|tag-2,tag-4,-tag-0", json!({ "filter": { "tags": { "all": [["tag-1", "tag-2"], ["tag-4"]], "none": ["tag-0"] } } })),
            ("section=world&author=author-1", json!({ "filter": { "sections": { "all": [["world"]] }, "authors": { "all": [["author-1"]] } } })),
            ("language=en&kind=video,page", json!({ "filter": { "language": "en", "kind": ["VIDEO", "PAGE"] } })),
            ("publishedAfter=2025-01-15T00:00:00Z&modifiedBefore=2025-06-01T00:00:00Z",
             json!({ "filter": { "publishedAfter": "2025-01-15T00:00:00Z", "modifiedBefore": "2025-06-01T00:00:00Z" } })),
            ("publishedBefore=2025-02-15T00:00:00%2B01:00&modifiedAfter=2025-04-15T00:00:00Z",
             json!({ "filter": { "publishedBefore": "2025-02-15T00:00:00+01:00", "modifiedAfter": "2025-04-15T00:00:00Z" } })),
            (&format!("exclude={id}"), json!({ "filter": { "exclude": [id] } })),
            (&format!("ids={id}"), json!({ "filter": { "ids": [id] } })),
            ("tag=nothing-has-it", json!({ "filter": { "tags": { "all": [["nothing-has-it"]] } } })),
        ];
        let query = format!(
            "query($first: Int, $after: String, $last: Int, $before: String, $filter: ArticleFilter, $sort: ArticleSort = PUBLISHED_AT_DESC) \
             {{ articles(first: $first, after: $after, last: $last, before: $before, filter: $filter, sort: $sort) {{ nodes {{ {card} }} {PAGE} }} }}"
        );
        for (rest, mut variables) in questions {
            let first = site.get(&format!("/v1/articles?count=exact&{rest}")).ok();
            same_list(&first, &site.ask(&query, variables.clone())["articles"], rest);
            let Some(next) = first["page"]["next"].as_str() else { continue };
            let second = site.get(&format!("/v1/articles?count=exact&{rest}&after={next}")).ok();
            variables["after"] = json!(next);
            same_list(&second, &site.ask(&query, variables.clone())["articles"], rest);
            let previous = second["page"]["previous"].as_str().expect("a cursor");
            let back = site.get(&format!("/v1/articles?count=exact&{rest}&before={previous}")).ok();
            let size = variables["first"].clone();
            variables["first"] = Value::Null;
            variables["after"] = Value::Null;
            variables["last"] = if size.is_null() { json!(20) } else { size };
            variables["before"] = json!(previous);
            same_list(&back, &site.ask(&query, variables)["articles"], rest);
        }
    }

    fn one_article_is_the_same_in_both_apis(kind) {
        let site = Site::with(kind, &newsroom());
        let (card, related) = (card(), related());
        for slug in ["full", "story-7", "voll"] {
            let rest = site.get(&format!("/v1/articles/{slug}?include=blocks,text,related,latest,comments")).ok();
            let query = format!(
                "query($slug: String) {{ article(slug: $slug) {{ {card} aliasPaths corrections {{ at text kind }} seo {{ title description canonicalUrl image {{ {MEDIA} }} }} body {{ {BODY} }} \
                 translations {{ language id slug headline canonicalPath publishedAt }} \
                 page {{ related {{ article {{ {card} }} {related} }} latest {{ {card} }} comments {{ {COMMENT} }} }} }} }}"
            );
            let mut graphql = as_rest(&site.ask(&query, json!({ "slug": slug }))["article"]);
            let page = graphql.as_object_mut().and_then(|article| article.remove("page")).expect("a page");
            graphql["related"] = page["related"].clone();
            graphql["latest"] = page["latest"].clone();
            graphql["comments"] = page["comments"].clone();
            assert_eq!(rest, graphql, "{slug}");

            let list = site.get(&format!("/v1/articles/{slug}/related?limit=9")).ok();
            let query = format!(
                "query($slug: String) {{ article(slug: $slug) {{ related(first: 9) {{ edges {{ node {{ {card} }} {related} }} }} }} }}"
            );
            let edges = as_rest(&site.ask(&query, json!({ "slug": slug }))["article"]["related"]["edges"]);
            let edges: Vec<Value> = edges.as_array().expect("edges").iter().map(|edge| {
                json!({ "article": edge["node"], "score": edge["score"], "source": edge["source"], "reasons": edge["reasons"] })
            }).collect();
            assert_eq!(list["data"], json!(edges), "{slug}");
        }
    }

    fn directly_resolved_objects_match_their_resolvers(kind) {
        let site = Site::with(kind, &newsroom());
        let fields = format!(
            "__typename {} body {{ html wordCount toc {{ text }} }} translations {{ slug }} comments {{ nodes {{ __typename id depth authorName
             body {{ html }} }} edges {{ cursor node {{ id article {{ id }} }} }} }} related(first: 3) {{ nodes {{ id }} edges {{ cursor score source
             reasons {{ timeFactor parts {{ kind points tag {{ name parent {{ id }} }} }} }} node {{ slug }} }} }}",
            card()
        );
        let other = "tags { name ... on Tag { slug } } seo { ...Words image { url renditions { url } } }";
        for fields in [fields.as_str(), other] {
            let fragments = if fields == other { "fragment Words on Seo { title }" } else { "" };
            // Fields selected twice must be merged, which takes the path through the library's resolvers.
            let [once, twice] = [fields.to_owned(), format!("{fields} {fields}")].map(|fields| {
                site.ask(&format!(
                    "{{ article(slug: \"full\") {{ {fields} }} articles(first: 3) {{ nodes {{ {fields} }} }} }} {fragments}"
                ), json!({}))
            });
            assert_eq!(once, twice, "{fields}");
        }
    }

    fn response_fields_have_the_order_of_the_query(kind) {
        let site = Site::with(kind, &newsroom());
        // Fields that need the database come before fields that do not, so they finish later.
        let data = site.ask("query {
            list: articles(first: 2) { nodes { body { html } slug ...Translated id } totalCount pageInfo { hasNextPage } edges { node { comments { nodes { id } } slug } cursor } }
            site { title }
            article(slug: \"full\") { related(first: 1) { edges { node { slug translations { slug } } score } nodes { id } } headline kicker }
        } fragment Translated on Article { translations { slug } headline }", json!({}));
        let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&data), ["list", "site", "article"]);
        assert_eq!(keys(&data["list"]), ["nodes", "totalCount", "pageInfo", "edges"]);
        assert_eq!(keys(&data["list"]["nodes"][1]), ["body", "slug", "translations", "headline", "id"]);
        assert_eq!(keys(&data["list"]["edges"][1]), ["node", "cursor"]);
        assert_eq!(keys(&data["list"]["edges"][1]["node"]), ["comments", "slug"]);
        assert_eq!(keys(&data["article"]), ["related", "headline", "kicker"]);
        assert_eq!(keys(&data["article"]["related"]), ["edges", "nodes"]);
        assert_eq!(keys(&data["article"]["related"]["edges"][0]), ["node", "score"]);
    }

    fn terms_are_the_same_in_both_apis(kind) {
        let site = Site::with(kind, &newsroom());
        let author = author();
        let collection = format!("id revision slug title description articles {{ {} }}", card());
        for (plural, one, fields, rest, graphql) in [
            ("tags", "tag", TAG, "&type=person,place", ", type: [PERSON, PLACE]"),
            ("tags", "tag", TAG, "&parent=tag-0", ", parent: \"tag-0\""),
            ("tags", "tag", TAG, "", ""),
            ("sections", "section", SECTION, "&parent=world", ", parent: \"world\""),
            ("sections", "section", SECTION, "", ""),
            ("authors", "author", author.as_str(), "", ""),
            ("collections", "collection", collection.as_str(), "&include=articles", ""),
        ] {
            let list = site.get(&format!("/v1/{plural}?limit=3&count=exact{rest}")).ok();
            let data = site.ask(&format!("{{ {plural}(first: 3{graphql}) {{ nodes {{ {fields} }} {PAGE} }} }}"), json!({}));
            same_list(&list, &data[plural], plural);
            let slug = list["data"][0]["slug"].as_str().expect("a slug");
            let id = list["data"][0]["id"].as_str().expect("an id");
            let single = site.get(&format!("/v1/{plural}/{slug}")).ok();
            assert_eq!(single, list["data"][0]);
            assert_eq!(single, site.get(&format!("/v1/{plural}/{id}")).ok());
            let data = site.ask(&format!("query($slug: String) {{ {one}(slug: $slug) {{ {fields} }} }}"), json!({ "slug": slug }));
            assert_eq!(single, as_rest(&data[one]));
            let data = site.ask(&format!("query($id: ID!) {{ node(id: $id) {{ __typename id ... on {} {{ slug }} }} nodes(ids: [$id, \"x\"]) {{ id }} }}",
                one[..1].to_uppercase() + &one[1..]), json!({ "id": id }));
            assert_eq!(data["node"]["slug"], slug);
            assert_eq!(data["nodes"], json!([{ "id": id }, null]));
        }
    }

    fn comments_are_the_same_in_both_apis(kind) {
        let site = Site::with(kind, &newsroom());
        let query = format!(
            "query($first: Int, $after: String, $last: Int, $before: String) {{ article(slug: \"full\") {{ comments(first: $first, \
             after: $after, last: $last, before: $before) {{ nodes {{ {COMMENT} }} {PAGE} }} }} }}"
        );
        let ask = |variables: Value| site.ask(&query, variables)["article"]["comments"].clone();
        let first = site.get("/v1/articles/full/comments?limit=2&count=exact").ok();
        same_list(&first, &ask(json!({ "first": 2 })), "first");
        let next = first["page"]["next"].as_str().expect("a cursor");
        let second = site.get(&format!("/v1/articles/full/comments?limit=2&count=exact&after={next}")).ok();
        same_list(&second, &ask(json!({ "first": 2, "after": next })), "second");
        let previous = second["page"]["previous"].as_str().expect("a cursor");
        let back = site.get(&format!("/v1/articles/full/comments?limit=2&count=exact&before={previous}")).ok();
        assert_eq!(back["data"], first["data"]);
        same_list(&back, &ask(json!({ "last": 2, "before": previous })), "back");
        let id = first["data"][1]["id"].as_str().expect("an id");
        let node = site.ask(&format!("query($id: ID!) {{ node(id: $id) {{ ... on Comment {{ {COMMENT} }} }} }}"), json!({ "id": id }));
        assert_eq!(as_rest(&node["node"]), first["data"][1]);
    }

    fn the_site_is_the_same_in_both_apis(kind) {
        let site = Site::with(kind, &newsroom());
        let query = format!(
            "{{ site {{ revision title url tagline description language timeZone articlePath logo {{ {MEDIA} }} \
             navigation {{ label url children {{ label url children {{ label }} }} }} social {{ network url label }} placements {{ key label html }} }} }}"
        );
        assert_eq!(site.get("/v1/site").ok(), as_rest(&site.ask(&query, json!({}))["site"]));
        let empty = Site::empty(kind);
        assert_eq!(empty.get("/v1/site").ok(), as_rest(&empty.ask(&query, json!({}))["site"]));
    }

    fn paths_and_errors_are_the_same_in_both_apis(kind) {
        let site = Site::with(kind, &newsroom());
        for path in ["/asia/full", "/old/full", "/?p=7", "/old/full?utm_source=x", "/a-photo", "/world/asia", "/tags/tag-1", "/", "/2021/11", "/asia/full/amp"] {
            let rest = site.get(&format!("/v1/resolve?path={path}")).ok();
            let data = site.ask("query($path: String!) { resolve(path: $path) { kind id slug path moved publishedAfter publishedBefore } }", json!({ "path": path }));
            assert_eq!(rest, as_rest(&data["resolve"]));
        }
        for (rest, graphql) in [
            ("/v1/articles?limit=0", "{ articles(first: 0) { nodes { id } } }"),
            ("/v1/articles?limit=101", "{ articles(first: 101) { nodes { id } } }"),
            ("/v1/articles?after=x", "{ articles(after: \"x\") { nodes { id } } }"),
            ("/v1/articles?tag=NO", "{ articles(filter: {tags: {all: [[\"NO\"]]}}) { nodes { id } } }"),
            ("/v1/articles?language=1", "{ articles(filter: {language: \"1\"}) { nodes { id } } }"),
            ("/v1/articles?ids=tag_x", "{ articles(filter: {ids: [\"tag_x\"]}) { nodes { id } } }"),
            ("/v1/resolve?path=x", "{ resolve(path: \"x\") { id } }"),
        ] {
            let problem = site.get(rest).problem(400, "request.invalid");
            let error = site.graphql(graphql, json!({}))["errors"][0].clone();
            assert_eq!(error["extensions"]["code"], problem["code"], "{rest}: {error}");
            assert_eq!(error["extensions"]["errors"][0]["code"], problem["errors"][0]["code"], "{rest}: {error}");
        }
        // For an article that does not exist, REST answers 404 and GraphQL null.
        site.get("/v1/articles/none").problem(404, "article.not_found");
        let nothing = site.ask("{ article(slug: \"none\") { id } tag(slug: \"none\") { id } resolve(path: \"/none\") { id } }", json!({}));
        assert_eq!(nothing, json!({ "article": null, "tag": null, "resolve": null }));
    }
}

#[test]
fn every_operation_has_a_twin_or_an_exemption() {
    let site = Site::empty(Kind::Sqlite);
    let document = site.get("/openapi.json").ok();
    let mut operations: BTreeSet<String> = BTreeSet::new();
    for item in document["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("operations").values() {
            operations.insert(operation["operationId"].as_str().expect("an id").to_owned());
        }
    }
    let known: BTreeSet<String> =
        TWINS.iter().map(|(rest, _)| *rest).chain(REST_ONLY).map(str::to_owned).collect();
    assert_eq!(operations, known, "a REST operation has neither a twin nor an exemption");

    let schema = site
        .ask("{ __schema { queryType { fields { name } } mutationType { fields { name } } } }", json!({}));
    let fields: BTreeSet<&str> = ["queryType", "mutationType"]
        .iter()
        .flat_map(|root| schema["__schema"][root]["fields"].as_array().expect("fields"))
        .map(|field| field["name"].as_str().expect("a name"))
        .collect();
    let known: BTreeSet<&str> = TWINS
        .iter()
        .map(|(_, field)| *field)
        .filter(|field| !field.contains('.'))
        .chain(GRAPHQL_ONLY)
        .collect();
    assert_eq!(fields, known, "a GraphQL field has neither a twin nor an exemption");
}
