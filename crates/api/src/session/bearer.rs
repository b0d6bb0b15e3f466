//! Who a request comes from: its bearer token (RFC 6750) and its address.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use domain::session;

use crate::{
    app::{App, Asking},
    delivery::TrustedProxies,
    problem::Problem,
};

impl FromRequest for Asking {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(asking(request))
    }
}

fn asking(request: &HttpRequest) -> Result<Asking, Problem> {
    let Some(app) = request.app_data::<Data<App>>() else {
        return Err(domain::Error::new(
            domain::error::Kind::Internal,
            "server.fault",
            "find the application",
        )
        .into());
    };
    let token = match request.headers().get(header::AUTHORIZATION) {
        None => None,
        Some(value) => Some(bearer_token(value).ok_or_else(session::worthless)?),
    };
    let address = request.app_data::<Data<TrustedProxies>>().and_then(|proxies| proxies.client(request));
    Ok(app.asking(token, address))
}

fn bearer_token(value: &header::HeaderValue) -> Option<String> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
