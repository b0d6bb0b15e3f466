//! The HTTP server: every address, and what all of them go through.

use std::{io, net::TcpListener};

use actix_cors::Cors;
use actix_web::{
    App as Routes, HttpRequest, HttpResponse, HttpServer,
    http::{Method, StatusCode, header},
    middleware::{Compress, from_fn},
    web::{self, Data, ServiceConfig},
};

use crate::{
    account, api_key, app::App, article, change, collection, comment, delivery, documents, graphql, health,
    openapi, pages, problem::Problem, reader, related, resolve, schedule, sent::MOST_BYTES, session, site,
    term,
};

/// How to serve.
pub struct Settings {
    /// Where to serve.
    pub listener: TcpListener,
    /// Where operators read details, if anywhere.
    pub operators: Option<TcpListener>,
    /// Origins whose pages may call the API; `*` for all.
    pub cors_origins: Vec<String>,
    /// Proxies whose word on the client's address is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Threads that handle connections.
    pub workers: usize,
}

/// Serves until the process is told to end; requests in flight are answered first.
pub async fn run(app: App, settings: Settings) -> io::Result<()> {
    let Settings { listener, operators, cors_origins, trusted_proxies, workers } = settings;
    let trusted_proxies = Data::new(delivery::TrustedProxies(trusted_proxies));
    let schema = graphql::build();
    let watching = actix_web::rt::spawn(schedule::watch(app.clone()));
    let public = {
        let app = app.clone();
        HttpServer::new(move || {
            Routes::new()
                .app_data(Data::new(app.clone()))
                .app_data(Data::new(schema.clone()))
                .app_data(trusted_proxies.clone())
                .app_data(web::PayloadConfig::new(MOST_BYTES))
                .configure(addresses)
                .default_service(web::to(elsewhere))
                .wrap(from_fn(delivery::inner))
                .wrap(cors(&cors_origins))
                .wrap(Compress::default())
                .wrap(from_fn(delivery::outer))
        })
        .workers(workers)
        .shutdown_timeout(30)
        .listen(listener)?
        .run()
    };
    let outcome = match operators {
        None => public.await,
        Some(listener) => {
            let private = HttpServer::new(move || {
                Routes::new().app_data(Data::new(app.clone())).service(health::get_readiness_details)
            })
            .workers(1)
            .disable_signals()
            .listen(listener)?
            .run();
            let handle = private.handle();
            let private = actix_web::rt::spawn(private);
            let ended = public.await;
            handle.stop(true).await;
            private.await.map_err(io::Error::other)??;
            ended
        }
    };
    watching.abort();
    outcome
}

fn addresses(routes: &mut ServiceConfig) {
    routes
        .service(article::rest::list_articles)
        .service(article::rest::get_article)
        .service(article::editing::rest::create_article)
        .service(article::editing::rest::update_article)
        .service(article::editing::rest::trash_article)
        .service(article::editing::steps::submit_article)
        .service(article::editing::steps::send_back_article)
        .service(article::editing::steps::publish_article)
        .service(article::editing::steps::unpublish_article)
        .service(article::editing::steps::archive_article)
        .service(article::editing::steps::restore_article)
        .service(article::editing::steps::purge_article)
        .service(article::editing::steps::create_preview_token)
        .service(article::editing::bulk::update_articles)
        .service(article::editing::revisions::list_revisions)
        .service(article::editing::revisions::get_revision)
        .service(article::editing::revisions::compare_revisions)
        .service(article::editing::revisions::restore_revision)
        .service(related::rest::list_related_articles)
        .service(comment::rest::list_comments)
        .service(term::rest::list_tags)
        .service(term::rest::get_tag)
        .service(term::rest::list_sections)
        .service(term::rest::get_section)
        .service(term::rest::list_authors)
        .service(term::rest::get_author)
        .service(term::editing::rest::create_tag)
        .service(term::editing::rest::update_tag)
        .service(term::editing::rest::remove_tag)
        .service(term::editing::rest::merge_tags)
        .service(term::editing::rest::create_section)
        .service(term::editing::rest::update_section)
        .service(term::editing::rest::remove_section)
        .service(term::editing::rest::create_author)
        .service(term::editing::rest::update_author)
        .service(term::editing::rest::remove_author)
        .service(collection::rest::list_collections)
        .service(collection::rest::get_collection)
        .service(collection::rest::list_collection_entries)
        .service(collection::editing::rest::create_collection)
        .service(collection::editing::rest::update_collection)
        .service(collection::editing::rest::remove_collection)
        .service(site::rest::get_site)
        .service(site::editing::rest::update_site)
        .service(resolve::rest::resolve_path)
        .service(session::rest::begin_session)
        .service(session::rest::renew_session)
        .service(session::rest::end_session)
        .service(session::rest::choose_password)
        .service(session::rest::get_me)
        .service(session::rest::get_keys)
        .service(account::rest::list_users)
        .service(account::rest::create_user)
        .service(account::rest::get_user)
        .service(account::rest::update_user)
        .service(account::rest::create_password_link)
        .service(api_key::rest::list_api_keys)
        .service(api_key::rest::create_api_key)
        .service(api_key::rest::revoke_api_key)
        .service(change::rest::list_changes)
        .service(graphql::endpoint::get)
        .service(graphql::endpoint::post)
        .service(documents::get_openapi)
        .service(documents::get_schema)
        .service(pages::get_home)
        .service(pages::get_docs)
        .service(pages::get_graphiql)
        .service(pages::get_problem)
        .service(pages::get_asset)
        .service(reader::get_reader)
        .service(health::get_liveness)
        .service(health::get_readiness);
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"])
        .allow_any_header()
        .expose_headers(["ETag", "Link", "Location", "Retry-After", "Server-Timing", "X-Request-Id"])
        .block_on_origin_mismatch(false)
        .max_age(86_400);
    match origins {
        [any] if any == "*" => cors.allow_any_origin().send_wildcard(),
        origins => origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)),
    }
}

/// Answers for addresses and methods that nothing else answers for.
async fn elsewhere(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let Some(allow) = openapi::allowed(request.path()) else {
        return Err(Problem::http(
            StatusCode::NOT_FOUND,
            "route.not_found",
            "there is nothing at this address",
        ));
    };
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, allow)).finish());
    }
    let problem = Problem::http(
        StatusCode::METHOD_NOT_ALLOWED,
        "route.method_not_allowed",
        format!("this address takes {allow}"),
    );
    let mut response = actix_web::ResponseError::error_response(&problem);
    if let Ok(allow) = header::HeaderValue::from_str(&allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    Ok(response)
}
