//! Health checks: liveness, readiness, and readiness details for operators.

use actix_web::{HttpResponse, get, web::Data};
use domain::error::Kind;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the REST operations, for the server and for the OpenAPI document.
pub(crate) fn routes(routes: &mut ServiceConfig<'_>) {
    routes.service(get_liveness).service(get_readiness);
}

/// The health of the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Status: `live`, `ready`, `read_only` or `unavailable`.
    #[schema(example = "ready")]
    pub status: &'static str,
}

/// Check whether the process is running
///
/// Does not access the database.
#[utoipa::path(tag = "operations", operation_id = "get_liveness", responses((status = 200, description = "The process is running.", body = Health)))]
#[get("/health/live")]
pub async fn get_liveness() -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Health { status: "live" })
}

/// Check whether the server is ready
///
/// Reads one row from the database, and always answers within two seconds. The status `read_only` means
/// that reads work, but a write failed within the last minute because the disk is full.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_readiness",
    responses(
        (status = 200, description = "The server is ready.", body = Health),
        (status = 503, description = "The server is not ready: the database does not answer.", body = Health),
    )
)]
#[get("/health/ready")]
pub async fn get_readiness(app: Data<App>) -> HttpResponse {
    match app.probe().await {
        Ok(()) => HttpResponse::Ok()
            .insert_header(("Cache-Control", "no-store"))
            .json(Health { status: able(&app) }),
        Err(_) => HttpResponse::ServiceUnavailable()
            .insert_header(("Cache-Control", "no-store"))
            .insert_header(("Retry-After", "2"))
            .json(Health { status: "unavailable" }),
    }
}

/// Readiness details for operators.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    status: &'static str,
    database: String,
    storage: &'static str,
    version: &'static str,
}

/// Returns readiness details. Served at `--operator-listen` only.
#[get("/health/ready")]
pub async fn get_readiness_details(app: Data<App>) -> HttpResponse {
    let reached = app.probe().await;
    let details = Details {
        status: if reached.is_ok() { able(&app) } else { "unavailable" },
        storage: if app.is_full() { "full" } else { "has space" },
        database: match &reached {
            Ok(()) => "answers".to_owned(),
            Err(error) => {
                std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
            }
        },
        version: env!("CARGO_PKG_VERSION"),
    };
    match reached {
        Ok(()) => HttpResponse::Ok().json(details),
        Err(error) if error.kind() == Kind::Unavailable => HttpResponse::ServiceUnavailable().json(details),
        Err(_) => HttpResponse::InternalServerError().json(details),
    }
}

/// Returns the status of a server whose database answers.
fn able(app: &App) -> &'static str {
    if app.is_full() { "read_only" } else { "ready" }
}
