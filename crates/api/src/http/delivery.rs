//! Middleware for every request: request ids, problem documents, `HEAD`, entity tags and the access log.
//!
//! [`outer`] wraps the compression middleware, and compression wraps [`inner`]. A strong `ETag` identifies
//! the bytes that are sent, so [`outer`] appends the name of the content coding to it, and [`inner`] removes
//! that name again before it compares tags.

use std::{rc::Rc, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use tracing::Instrument as _;

use crate::{
    http::base::Base,
    http::connections::Activity,
    http::problem::Problem,
    http::trusted_proxies::TrustedProxies,
    session::{self, bearer},
};

/// Maximum length of a request URI, in bytes.
const MAX_URI: usize = 8_192;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, sent as `X-Request-Id` and written to the log.
#[derive(Clone)]
struct RequestId(String);

/// Assigns request ids, handles `HEAD` as `GET`, writes the access log and sets common headers.
pub async fn outer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let _busy = request.conn_data::<Rc<Activity>>().map(Activity::begin_request);
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    if request.uri().to_string().len() > MAX_URI {
        let problem = Problem::http(
            StatusCode::URI_TOO_LONG,
            "request.uri_too_long",
            format!("the URI must have at most {MAX_URI} bytes"),
        );
        let start: String = request.path().chars().take(200).collect();
        let base = Base::of(request.request());
        let mut answer = request.into_response(written(&problem, &base, &start, &id));
        note(&answer, &method, &id, began);
        identify(&mut answer, &id);
        return Ok(answer);
    }
    if let Some(base) = Base::public(request.request()).cloned()
        && let Some(uri) = base.stripped(request.uri())
    {
        // Routing reads the match info; handlers read the head.
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    let is_private = bearer::is_signed(request.headers())
        || (request.method() != Method::GET && request.path().starts_with("/v1/"));
    // The level is `error`, so that no log filter removes the span.
    let span = tracing::error_span!("request", request_id = id);
    let mut answer = next.call(request).instrument(span).await?.map_into_boxed_body();
    if is_private {
        let none = HeaderValue::from_static("private, no-store");
        answer.headers_mut().insert(header::CACHE_CONTROL, none);
    }
    if answer.status() == StatusCode::NOT_ACCEPTABLE && !answer.headers().contains_key(header::CACHE_CONTROL)
    {
        // The compression middleware refuses in plain text.
        let problem = Problem::http(
            StatusCode::NOT_ACCEPTABLE,
            "request.not_acceptable",
            "Accept-Encoding must allow identity, br, zstd, gzip or deflate",
        );
        let new = written(&problem, &Base::of(answer.request()), answer.request().path(), &id);
        answer = ServiceResponse::new(answer.into_parts().0, new);
    }
    note(&answer, &method, &id, began);
    identify(&mut answer, &id);
    let headers = answer.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let varies = headers.get_all(header::VARY).filter_map(|value| value.to_str().ok());
    if !varies.into_iter().any(|value| value.to_ascii_lowercase().contains("accept-encoding")) {
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if let (Some(etag), Some(coding)) = (headers.get(header::ETAG), headers.get(header::CONTENT_ENCODING))
        && let (Ok(etag), Ok(coding)) = (etag.to_str(), coding.to_str())
        && let Ok(tagged) = HeaderValue::from_str(&format!("{}-{coding}\"", etag.trim_end_matches('"')))
    {
        headers.insert(header::ETAG, tagged);
    }
    // The HTTP encoder saw `HEAD` before it was rewritten, and sends only the headers.
    Ok(answer)
}

/// Writes the access log line of a request. The query is left out, because it can contain a secret.
fn note(answer: &ServiceResponse<BoxBody>, method: &Method, id: &str, began: Instant) {
    let request = answer.request();
    let client = request.app_data::<Data<TrustedProxies>>().and_then(|proxies| proxies.client(request));
    let path: String = request.path().chars().take(500).collect();
    tracing::info!(
        target: "access",
        method = method.as_str(),
        path,
        status = answer.status().as_u16(),
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        client,
        request_id = id,
    );
}

/// Adds the `X-Request-Id` header.
fn identify(answer: &mut ServiceResponse<BoxBody>, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        answer.headers_mut().insert(REQUEST_ID.clone(), id);
    }
}

/// Whether a body has a content coding. None is accepted, because a small body could decompress to a huge
/// one.
fn is_coded(request: &ServiceRequest) -> bool {
    request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .any(|coding| !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity"))
}

/// Writes problem documents, and answers 304 if `If-None-Match` matches.
pub async fn inner(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.path().starts_with("/v1/") && !accepts_json(&request) {
        let problem = Problem::http(
            StatusCode::NOT_ACCEPTABLE,
            "request.not_acceptable",
            "responses are application/json; errors are application/problem+json",
        );
        let response = actix_web::ResponseError::error_response(&problem);
        return Ok(as_problem(request.into_response(response)));
    }
    if is_coded(&request) {
        let problem = Problem::http(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "request.unsupported_coding",
            "send the body uncompressed, without Content-Encoding",
        );
        let mut response = actix_web::ResponseError::error_response(&problem);
        response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        return Ok(as_problem(request.into_response(response)));
    }
    let is_read = request.method() == Method::GET;
    if !is_read && request.path().starts_with("/v1/") && request.headers().contains_key(header::IF_NONE_MATCH)
    {
        let problem = Problem::http(
            StatusCode::BAD_REQUEST,
            "request.malformed",
            "If-None-Match is not supported for changes; send If-Match, or an Idempotency-Key to create once",
        );
        let response = actix_web::ResponseError::error_response(&problem);
        return Ok(as_problem(request.into_response(response)));
    }
    let wanted =
        request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let answer = next.call(request).await?.map_into_boxed_body();
    let status = answer.status();
    if status.is_client_error() || status.is_server_error() {
        return Ok(as_problem(answer));
    }
    let etag = answer.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    if let (StatusCode::OK, Some(wanted), Some(etag)) = (status, wanted, etag)
        && is_read
        && let Some(matched) = matching(&wanted, &etag)
    {
        return Ok(not_modified(answer, &matched));
    }
    Ok(answer)
}

/// Whether the client accepts JSON. A client without an `Accept` header accepts everything.
fn accepts_json(request: &ServiceRequest) -> bool {
    let mut ranges =
        request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok()).peekable();
    ranges.peek().is_none()
        || ranges.flat_map(|value| value.split(',')).any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let named = parts.next().is_some_and(|kind| {
                ["*/*", "application/*", "application/json"]
                    .iter()
                    .any(|known| kind.eq_ignore_ascii_case(known))
            });
            named && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)))
        })
}

#[expect(clippy::disallowed_methods, reason = "an id for the log, which nothing depends on")]
fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok());
    match given {
        Some(id)
            if (8..=64).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') =>
        {
            id.to_owned()
        }
        _ => uuid::Uuid::new_v4().simple().to_string(),
    }
}

/// Replaces the body of an error response with a problem document.
fn as_problem(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let known = answer.response().extensions().get::<Problem>().cloned();
    // Our own responses are JSON or HTML; those of actix are plain text.
    let is_own = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        [b"application/".as_slice(), b"text/html"].iter().any(|own| kind.as_bytes().starts_with(own))
    });
    if known.is_none() && is_own {
        return answer;
    }
    let problem = known.unwrap_or_else(|| of_status(answer.status()));
    let id = answer.request().extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    problem.log();
    let (request, old) = answer.into_parts();
    let mut new = written(&problem, &Base::of(&request), request.path(), &id);
    for name in [header::ALLOW, header::RETRY_AFTER, header::ACCEPT_ENCODING] {
        if let Some(value) = old.headers().get(&name) {
            new.headers_mut().insert(name, value.clone());
        }
    }
    ServiceResponse::new(request, new)
}

/// Returns the problem for an error that actix reported: in the request line, the headers or the size.
fn of_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::http(status, "request.too_large", "the request body is too large")
        }
        StatusCode::NOT_FOUND => Problem::http(status, "route.not_found", "this path does not exist"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::http(status, "request.unsupported_media_type", "this media type is not supported here")
        }
        status if status.is_server_error() => {
            Problem::http(status, "server.fault", "something went wrong here")
        }
        status => Problem::http(status, "request.malformed", "the request is malformed"),
    }
}

fn written(problem: &Problem, base: &Base, path: &str, id: &str) -> HttpResponse {
    use actix_web::ResponseError;

    let status = problem.status_code();
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    match status {
        StatusCode::SERVICE_UNAVAILABLE => drop(response.insert_header((header::RETRY_AFTER, "2"))),
        StatusCode::TOO_MANY_REQUESTS => {
            response.insert_header((header::RETRY_AFTER, session::RETRY_SECONDS));
        }
        StatusCode::UNAUTHORIZED => drop(response.insert_header((header::WWW_AUTHENTICATE, "Bearer"))),
        _ => {}
    }
    response.body(serde_json::to_vec(&problem.document(base, path, id)).unwrap_or_default())
}

/// Returns the tag in `If-None-Match` that matches the current `ETag`, if any.
///
/// The comparison is weak (RFC 9110 §13.1.2), and a tag can end with the name of a content coding.
fn matching(wanted: &str, etag: &str) -> Option<String> {
    if wanted.trim() == "*" {
        return Some(etag.to_owned());
    }
    wanted.split(',').map(|tag| tag.trim().trim_start_matches("W/")).find_map(|tag| {
        let bare = tag.trim_matches('"');
        let plain = ["-br", "-gzip", "-zstd", "-deflate"]
            .iter()
            .find_map(|coding| bare.strip_suffix(coding))
            .unwrap_or(bare);
        (plain == etag.trim_matches('"')).then(|| format!("\"{bare}\""))
    })
}

fn not_modified(answer: ServiceResponse<BoxBody>, etag: &str) -> ServiceResponse<BoxBody> {
    let (request, old) = answer.into_parts();
    let mut new = HttpResponse::new(StatusCode::NOT_MODIFIED);
    for name in [header::CACHE_CONTROL, header::LINK, header::VARY] {
        if let Some(value) = old.headers().get(&name) {
            new.headers_mut().insert(name, value.clone());
        }
    }
    if let Ok(etag) = HeaderValue::from_str(etag) {
        new.headers_mut().insert(header::ETAG, etag);
    }
    ServiceResponse::new(request, new)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_client_is_who_the_nearest_trusted_proxy_says() {
        let proxies = TrustedProxies(vec!["127.0.0.1".parse().expect("an address")]);
        let client = |peer: &str, lines: &[&str]| {
            let mut request =
                TestRequest::default().peer_addr(format!("{peer}:9").parse().expect("an address"));
            for line in lines {
                request = request.append_header(("x-forwarded-for", *line));
            }
            proxies.client(&request.to_http_request()).expect("an address")
        };
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(client("10.0.0.9", &["6.6.6.6"]), "10.0.0.9", "a stranger is not believed");
        assert_eq!(client("127.0.0.1", &["6.6.6.6, 10.0.0.9"]), "10.0.0.9");
        assert_eq!(client("127.0.0.1", &["6.6.6.6", "10.0.0.9"]), "10.0.0.9", "on lines of their own");
        assert_eq!(client("127.0.0.1", &["6.6.6.6, 10.0.0.9:4711"]), "10.0.0.9", "with a port");
        assert_eq!(client("127.0.0.1", &["6.6.6.6, [2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(
            client("127.0.0.1", &["6.6.6.6, unknown"]),
            "127.0.0.1",
            "nothing left of what cannot be read"
        );
        assert_eq!(client("127.0.0.1", &["::ffff:10.0.0.9"]), "10.0.0.9", "IPv4 written as IPv6");
        assert_eq!(client("127.0.0.1", &["6.6.6.6, 10.0.0.9, 127.0.0.1"]), "10.0.0.9", "through two proxies");
    }
}
