//! Workloads of readers: the requests to measure, each over REST and GraphQL.

use anyhow::bail;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::{newsroom, zipf::Zipf};

/// Number of requests in a workload. The load generator repeats them.
const REQUESTS: usize = 20_000;

const CARD: &str = "id revision kind slug headline kicker standfirst byline canonicalPath commentCount \
    section { id slug name description path articleCount parent { id slug name } } \
    authors { id slug name bio articleCount } \
    tags { id slug name type description articleCount parent { id slug name } } \
    leadMedia { url alt } language status publishedAt firstPublishedAt modifiedAt commentsOpen access hideAds sensitive";

/// Many requests of one kind.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// Whether latency must not grow with the number of articles.
    pub(crate) flat: bool,
    /// Requests in the format of `load.lua`: `METHOD PATH BODY`.
    pub(crate) requests: Vec<String>,
}

/// Returns all workloads for the server at `address`, which has this number of articles.
pub(crate) fn all(address: &str, articles: usize, seed: u64) -> anyhow::Result<Vec<Workload>> {
    let mut random = Rng::with_seed(seed);
    // How often an article is read does not depend on its age.
    let mut by_rank: Vec<usize> = (0..articles).collect();
    random.shuffle(&mut by_rank);
    let ranks = Zipf::new(articles);
    let slugs: Vec<String> =
        (0..REQUESTS).map(|_| newsroom::slug(by_rank[ranks.draw(&mut random)])).collect();

    let cursors = second_pages(address)?;
    let tag_ranks = Zipf::new(cursors.len());
    let pages: Vec<&(String, String)> =
        (0..REQUESTS).map(|_| &cursors[tag_ranks.draw(&mut random)]).collect();

    let rest = |path: String| format!("GET {path}");
    let graphql = |query: &str, variables: Value| {
        format!("POST /graphql {}", json!({"query": query, "variables": variables}))
    };
    let article = format!(
        "query($s: String) {{ article(slug: $s) {{ {CARD} corrections {{ text }} aliasPaths translations {{ slug }} body {{ html toc {{ id level text }} wordCount readingMinutes }} }} }}"
    );
    let latest =
        format!("{{ articles(first: 20) {{ nodes {{ {CARD} }} pageInfo {{ hasNextPage endCursor }} }} }}");
    let tag = |count: &str| {
        format!(
            "query($t: String!, $a: String) {{ articles(filter: {{tags: {{all: [[$t]]}}}}, first: 20, after: $a) {{ nodes {{ {CARD} }} pageInfo {{ hasNextPage endCursor }} {count} }} }}"
        )
    };
    let related = format!(
        "query($s: String) {{ article(slug: $s) {{ related(first: 6) {{ edges {{ score source reasons {{ timeFactor parts {{ kind points tag {{ id slug name }} }} }} node {{ {CARD} }} }} }} }} }}"
    );
    let each = |name, flat, requests| Workload { name, flat, requests };
    let of_slugs = |line: &dyn Fn(&str) -> String| slugs.iter().map(|slug| line(slug)).collect();
    let of_pages =
        |line: &dyn Fn(&str, &str) -> String| pages.iter().map(|(tag, after)| line(tag, after)).collect();
    Ok(vec![
        each("one article, REST", true, of_slugs(&|slug| rest(format!("/v1/articles/{slug}")))),
        each("20 latest, REST", true, vec![rest("/v1/articles?limit=20".to_owned())]),
        each(
            "a tag's second page, REST",
            true,
            of_pages(&|tag, after| rest(format!("/v1/articles?tag={tag}&limit=20&after={after}"))),
        ),
        each(
            "the same with an exact count, REST",
            false,
            of_pages(&|tag, after| {
                rest(format!("/v1/articles?tag={tag}&limit=20&count=exact&after={after}"))
            }),
        ),
        each(
            "related (6), REST",
            true,
            of_slugs(&|slug| rest(format!("/v1/articles/{slug}/related?limit=6"))),
        ),
        each("one article, GraphQL", true, of_slugs(&|slug| graphql(&article, json!({"s": slug})))),
        each("20 latest, GraphQL", true, vec![graphql(&latest, json!({}))]),
        each(
            "a tag's second page, GraphQL",
            true,
            of_pages(&|tag_slug, after| graphql(&tag(""), json!({"t": tag_slug, "a": after}))),
        ),
        each(
            "the same with an exact count, GraphQL",
            false,
            of_pages(&|tag_slug, after| graphql(&tag("totalCount"), json!({"t": tag_slug, "a": after}))),
        ),
        each("related (6), GraphQL", true, of_slugs(&|slug| graphql(&related, json!({"s": slug})))),
    ])
}

/// Returns the tags that have a second page, most used first, each with the cursor of that page.
fn second_pages(address: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mut pages = Vec::new();
    for rank in 0..newsroom::TAGS {
        let tag = newsroom::tag_slug(rank);
        let url = format!("http://{address}/v1/articles?tag={tag}&limit=20&fields=slug");
        let page: Value = ureq::get(url).call()?.body_mut().read_json()?;
        if let Some(next) = page["page"]["next"].as_str() {
            pages.push((tag, next.to_owned()));
        }
    }
    Ok(pages)
}

/// The size of a response, and the number of SQL statements for it.
pub(crate) struct Shape {
    pub(crate) bytes: usize,
    pub(crate) statements: u32,
}

/// Sends the first requests of a workload.
///
/// Returns the average size of the responses, and the number of statements of the last request.
pub(crate) fn shape(address: &str, workload: &Workload) -> anyhow::Result<Shape> {
    let sample: Vec<_> = workload.requests.iter().take(50).collect();
    let (mut bytes, mut statements) = (0, 0);
    for line in &sample {
        let (size, count) = send(address, line)?;
        bytes += size;
        statements = count;
    }
    Ok(Shape { bytes: bytes / sample.len(), statements })
}

/// Sends one request. Returns the size of the response and the number of statements, or an error if it fails.
pub(crate) fn send(address: &str, line: &str) -> anyhow::Result<(usize, u32)> {
    send_by(&ureq::Agent::new_with_defaults(), address, line)
}

/// Like [`send`], with the connections of `agent`.
pub(crate) fn send_by(agent: &ureq::Agent, address: &str, line: &str) -> anyhow::Result<(usize, u32)> {
    let mut words = line.splitn(3, ' ');
    let (method, path, body) = (words.next(), words.next().unwrap_or("/"), words.next());
    let url = format!("http://{address}{path}");
    let mut answer = match (method, body) {
        (Some("POST"), Some(body)) => agent.post(url).content_type("application/json").send(body)?,
        _ => agent.get(url).call()?,
    };
    let timing =
        answer.headers().get("server-timing").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let statements =
        timing.split(|c: char| !c.is_ascii_digit()).find_map(|word| word.parse().ok()).unwrap_or(0);
    let text = answer.body_mut().read_to_string()?;
    if text.contains("\"errors\":[") {
        bail!("{path} answered {text}");
    }
    Ok((text.len(), statements))
}
