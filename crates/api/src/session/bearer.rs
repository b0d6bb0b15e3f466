//! Extractors for the bearer token (RFC 6750) and the address of a request.
//!
//! Nothing here checks a token: [`App`] does, in the transaction that answers the request.

use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use domain::{
    access,
    error::{Error, Kind},
    session,
};

use crate::{
    app::App,
    context::{Origin, RequestContext},
    http::base::Base,
    http::problem::Problem,
    http::trusted_proxies::TrustedProxies,
};

impl FromRequest for RequestContext {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(context(request))
    }
}

/// A request with credentials. A request without them is refused before anything else in it is read.
///
/// The credentials themselves are checked when the use case runs.
pub struct RequireBearer(RequestContext);

impl Deref for RequireBearer {
    type Target = RequestContext;

    fn deref(&self) -> &RequestContext {
        &self.0
    }
}

impl FromRequest for RequireBearer {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match is_signed(request.headers()) {
            true => context(request).map(Self),
            false => Err(access::sign_in_first().into()),
        })
    }
}

/// A request whose token is ignored.
pub struct Unsigned(RequestContext);

impl Deref for Unsigned {
    type Target = RequestContext;

    fn deref(&self) -> &RequestContext {
        &self.0
    }
}

impl FromRequest for Unsigned {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(begun(request, None).map(Self))
    }
}

fn context(request: &HttpRequest) -> Result<RequestContext, Problem> {
    let token = match request.headers().get(header::AUTHORIZATION) {
        Some(value) if is_signed(request.headers()) => {
            Some(bearer_token(value).ok_or_else(session::worthless)?)
        }
        _ => None,
    };
    begun(request, token)
}

/// Whether a request has credentials.
///
/// `Basic` does not count: it is meant for a proxy in front of this server, and browsers then send it with
/// every request.
pub(crate) fn is_signed(headers: &header::HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|value| {
        let scheme = value.as_bytes().split(|byte| *byte == b' ').next().unwrap_or_default();
        !scheme.eq_ignore_ascii_case(b"basic")
    })
}

/// Starts a request in the application.
fn begun(request: &HttpRequest, token: Option<String>) -> Result<RequestContext, Problem> {
    let Some(app) = request.app_data::<Data<App>>() else {
        return Err(Error::new(Kind::Internal, "server.fault", "find the application in the request").into());
    };
    let address = request.app_data::<Data<TrustedProxies>>().and_then(|proxies| proxies.client(request));
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.unwrap_or_default().to_owned();
    Ok(app.context(token, Origin { address, agent, base: Base::of(request) }))
}

fn bearer_token(value: &header::HeaderValue) -> Option<String> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
