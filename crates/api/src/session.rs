//! Sessions: sign-in, renewal, sign-out, password links, and the tokens that authenticate requests.
//!
//! The rules of sessions are in `domain::session` and `domain::account`.

pub(crate) mod bearer;
mod caller;
pub mod graphql;
pub mod issuer;
pub mod rest;
mod sign_in;
mod throttle;
pub(crate) mod token;
mod verified;
pub mod view;

pub(crate) use self::{
    caller::caller,
    sign_in::{choose_password, renew, sign_in, sign_out},
    throttle::{RETRY_SECONDS, Throttle},
    verified::Verified,
};

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes
        .service(rest::begin_session)
        .service(rest::renew_session)
        .service(rest::end_session)
        .service(rest::choose_password)
        .service(rest::get_me)
        .service(rest::get_keys);
}
