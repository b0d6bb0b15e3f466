//! Writes articles over REST or GraphQL with the same input, and returns the results in the same form.

use serde_json::{Map, Value, json};

use super::people::Person;

/// One of the two APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    Rest,
    GraphQl,
}

/// An error of either API: a problem document, or the extensions of a GraphQL error.
#[derive(Debug)]
pub struct Refusal {
    /// The HTTP status; `None` for GraphQL.
    pub status: Option<u16>,
    pub code: String,
    pub body: Value,
}

/// The newest revision of an article, in the form that REST returns, or an error.
pub type Outcome = Result<Value, Refusal>;

/// Fields with enum values, which are lower-case in REST and upper-case in GraphQL.
const ENUMS: [&str; 4] = ["kind", "status", "access", "format"];

/// The GraphQL selection of all fields of a manuscript.
pub const MANUSCRIPT: &str = "id revision newestRevision publishedRevision status createdBy savedBy savedAt note \
    firstPublishedAt headline slug kind kicker standfirst byline body { format source } leadMedia \
    seo { title description canonicalUrl image } language section tags authors publishedAt expiresAt access \
    commentsOpen hideAds sensitive aliasPaths corrections { at text kind } translationOf showInRelated \
    relatedPins relatedBlocks";

fn in_case(value: &Value, case: fn(&str) -> String) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|value| in_case(value, case)).collect(),
        Value::Object(object) => Value::Object(
            object
                .iter()
                .map(|(name, value)| match value {
                    Value::String(word) if ENUMS.contains(&name.as_str()) => {
                        (name.clone(), json!(case(word)))
                    }
                    Value::Array(words) if name == "createMissing" => {
                        (name.clone(), words.iter().filter_map(Value::as_str).map(case).collect())
                    }
                    value => (name.clone(), in_case(value, case)),
                })
                .collect(),
        ),
        value => value.clone(),
    }
}

/// Turns a name such as `send-back` into a GraphQL name such as `sendBack`.
fn camel(words: &str) -> String {
    let mut parts = words.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &part[..1].to_uppercase() + &part[1..])
}

impl Api {
    pub const BOTH: [Self; 2] = [Self::Rest, Self::GraphQl];

    /// Creates an article.
    pub fn create(self, who: &Person<'_>, article: Value) -> Outcome {
        match self {
            Self::Rest => rest(who, "POST", "/v1/articles", None, &article),
            Self::GraphQl => mutate(who, "createArticle", article),
        }
    }

    /// Creates or changes the article with this id in this source. The result says whether it is new.
    pub fn upsert(
        self,
        who: &Person<'_>,
        (source, id): (&str, &str),
        seen: Option<u64>,
        article: Value,
    ) -> Result<(bool, Value), Refusal> {
        match self {
            Self::Rest => {
                let path = format!("/v1/articles/by-source/{source}/{id}");
                let authorization = format!("Bearer {}", who.access_token());
                let tag = seen.map(|seen| format!("\"{seen}\""));
                let mut headers =
                    vec![("authorization", authorization.as_str()), ("content-type", "application/json")];
                headers.extend(tag.as_deref().map(|tag| ("if-match", tag)));
                let answer = who.site.send("PUT", &path, &headers, Some(article.to_string().as_bytes()));
                let shown = answer.json();
                if !matches!(answer.status, 200 | 201) {
                    let code = shown["code"].as_str().expect("a code").to_owned();
                    return Err(Refusal { status: Some(answer.status), code, body: shown });
                }
                let place = format!("/v1/articles/{}", id_of(&shown));
                assert_eq!(answer.header("location"), (answer.status == 201).then_some(place.as_str()));
                Ok((answer.status == 201, shown))
            }
            Self::GraphQl => {
                let mut input = article;
                input["source"] = json!(source);
                input["sourceId"] = json!(id);
                if let Some(seen) = seen {
                    input["expectedRevision"] = json!(seen);
                }
                let payload =
                    ask(who, "upsertArticle", input, &format!("created manuscript {{ {MANUSCRIPT} }}"))?;
                let manuscript = in_case(&payload["manuscript"], |word| word.to_lowercase());
                Ok((payload["created"] == true, manuscript))
            }
        }
    }

    /// Changes an article. `seen` is the revision that the change is based on.
    pub fn update(self, who: &Person<'_>, id: &str, seen: u64, article: Value) -> Outcome {
        self.update_so(who, id, Some(seen), article, false)
    }

    /// Changes an article, optionally without a revision, or merged with other changes made in the meantime.
    pub fn update_so(
        self,
        who: &Person<'_>,
        id: &str,
        seen: Option<u64>,
        article: Value,
        merge: bool,
    ) -> Outcome {
        match self {
            Self::Rest => {
                let query = if merge { "?onConflict=merge" } else { "" };
                rest(who, "PATCH", &format!("/v1/articles/{id}{query}"), seen, &article)
            }
            Self::GraphQl => {
                let mut input = named(id, seen, article);
                input["merge"] = json!(merge);
                mutate(who, "updateArticle", input)
            }
        }
    }

    /// Changes the workflow status: `submit`, `send-back`, `publish`, `unpublish`, `archive` or `restore`.
    pub fn step(self, who: &Person<'_>, step: &str, id: &str, seen: u64, more: Value) -> Outcome {
        self.step_so(who, step, id, Some(seen), more)
    }

    pub fn step_so(self, who: &Person<'_>, step: &str, id: &str, seen: Option<u64>, more: Value) -> Outcome {
        match self {
            Self::Rest => rest(who, "POST", &format!("/v1/articles/{id}/{step}"), seen, &more),
            Self::GraphQl => mutate(who, &format!("{}Article", camel(step)), named(id, seen, more)),
        }
    }

    /// Moves an article to the trash.
    pub fn trash(self, who: &Person<'_>, id: &str, seen: u64) -> Result<(), Refusal> {
        match self {
            Self::Rest => rest(who, "DELETE", &format!("/v1/articles/{id}"), Some(seen), &Value::Null),
            Self::GraphQl => done(who, "trashArticle", named(id, Some(seen), json!({}))),
        }
        .map(|_| ())
    }

    /// Deletes an article permanently.
    pub fn purge(self, who: &Person<'_>, id: &str, seen: u64) -> Result<(), Refusal> {
        match self {
            Self::Rest => rest(who, "POST", &format!("/v1/articles/{id}/purge"), Some(seen), &Value::Null),
            Self::GraphQl => done(who, "purgeArticle", named(id, Some(seen), json!({}))),
        }
        .map(|_| ())
    }

    /// Reads the newest revision of an article; `None` if this person cannot read it or it does not exist.
    pub fn manuscript(self, who: &Person<'_>, id: &str) -> Option<Value> {
        match self {
            Self::Rest => {
                let answer = who.get(&format!("/v1/articles/{id}/revisions/latest"));
                (answer.status != 404).then(|| answer.ok())
            }
            Self::GraphQl => {
                let query = format!("query($id: ID!) {{ manuscript(id: $id) {{ {MANUSCRIPT} }} }}");
                let answer = who.graphql(&query, json!({ "id": id }));
                assert!(answer["errors"].is_null(), "{answer}");
                let found = in_case(&answer["data"]["manuscript"], |word| word.to_lowercase());
                (!found.is_null()).then_some(found)
            }
        }
    }
}

fn named(id: &str, seen: Option<u64>, mut more: Value) -> Value {
    more["id"] = json!(id);
    if let Some(seen) = seen {
        more["expectedRevision"] = json!(seen);
    }
    more
}

fn rest(who: &Person<'_>, method: &str, path: &str, seen: Option<u64>, body: &Value) -> Outcome {
    let authorization = format!("Bearer {}", who.access_token());
    let mut headers = vec![("authorization", authorization.as_str())];
    let seen = seen.map(|seen| format!("\"{seen}\""));
    if let Some(seen) = &seen {
        headers.push(("if-match", seen));
    }
    let bytes = body.to_string();
    let body = (!body.is_null()).then_some(bytes.as_bytes());
    if body.is_some() {
        headers.push(("content-type", "application/json"));
    }
    let answer = who.site.send(method, path, &headers, body);
    match answer.status {
        204 => Ok(Value::Null),
        200 | 201 => {
            let shown = answer.json();
            let tag = answer.header("etag").expect("a validator");
            assert_eq!(tag, format!("\"{}\"", shown["newestRevision"]), "{method} {path}");
            Ok(shown)
        }
        status => {
            let body = answer.json();
            let code = body["code"].as_str().expect("a code").to_owned();
            Err(Refusal { status: Some(status), code, body })
        }
    }
}

fn mutate(who: &Person<'_>, name: &str, input: Value) -> Outcome {
    ask(who, name, input, &format!("manuscript {{ {MANUSCRIPT} }}"))
        .map(|payload| in_case(&payload["manuscript"], |word| word.to_lowercase()))
}

fn done(who: &Person<'_>, name: &str, input: Value) -> Outcome {
    ask(who, name, input, "done")
}

fn ask(who: &Person<'_>, name: &str, input: Value, selection: &str) -> Outcome {
    let type_name = match name {
        "trashArticle" | "purgeArticle" => "RemoveArticleInput".to_owned(),
        "createArticle" | "updateArticle" | "upsertArticle" | "publishArticle" => {
            format!("{}{}Input", name[..1].to_uppercase(), &name[1..])
        }
        _ => "ArticleStepInput".to_owned(),
    };
    let query = format!("mutation($input: {type_name}!) {{ {name}(input: $input) {{ {selection} }} }}");
    let input = in_case(&input, |word| word.to_uppercase());
    let answer = who.graphql(&query, json!({ "input": input }));
    match answer["errors"].get(0) {
        None => Ok(answer["data"][name].clone()),
        Some(error) => {
            let mut body: Map<String, Value> = error["extensions"].as_object().cloned().unwrap_or_default();
            body.insert("detail".to_owned(), error["message"].clone());
            let code = body.get("code").and_then(Value::as_str).unwrap_or("none").to_owned();
            Err(Refusal { status: None, code, body: Value::Object(body) })
        }
    }
}

impl Refusal {
    /// Asserts the error code, and the status over REST.
    #[track_caller]
    pub fn is(&self, status: u16, code: &str) {
        assert_eq!(self.code, code, "{}", self.body);
        assert!(self.status.is_none_or(|given| given == status), "{}", self.body);
    }
}

/// Asserts that the outcome is this error, and returns the error's body.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(outcome: Result<T, Refusal>, status: u16, code: &str) -> Value {
    let refusal = outcome.expect_err("is refused");
    refusal.is(status, code);
    refusal.body
}

/// Returns the revision number of a manuscript, for the next change.
#[track_caller]
pub fn revision(manuscript: &Value) -> u64 {
    manuscript["revision"].as_u64().unwrap_or_else(|| panic!("a revision: {manuscript}"))
}

use self::id as id_of;

/// Returns the id of an article.
#[track_caller]
pub fn id(manuscript: &Value) -> String {
    manuscript["id"].as_str().unwrap_or_else(|| panic!("an id: {manuscript}")).to_owned()
}

/// Returns the time that is this number of seconds from now.
pub fn in_seconds(seconds: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let micros = i64::try_from(now.as_micros()).expect("a time") + seconds * 1_000_000;
    domain::time::Time::from_micros(micros).to_string()
}
