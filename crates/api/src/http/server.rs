//! The HTTP server: routes, middleware, CORS, listeners and shutdown.
//!
//! The middleware itself is in [`delivery`](crate::http::delivery); limits on connections are in
//! `connections.rs`.

use std::{
    io::{self, Write as _},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_cors::Cors;
use actix_http::{HttpService, Request, Response, error::DispatchError};
use actix_service::{IntoServiceFactory, ServiceFactoryExt as _, map_config};
use actix_web::{
    App as Routes, HttpRequest, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{AppConfig, Extensions, ServiceFactory, fn_service},
    http::{Method, StatusCode, header},
    middleware::{Compress, from_fn},
    rt::net::TcpStream,
    web::{self, Data},
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    app::App,
    documents::OpenApiDocument,
    graphql, health,
    http::base::PublicBase,
    http::connections::{Door, Guarded, REFUSAL},
    http::delivery,
    http::json_body::MOST_BYTES,
    http::problem::Problem,
    http::routes::routes,
    http::trusted_proxies::TrustedProxies,
    openapi::{self, openapi_json},
    schedule,
};

/// The settings of the HTTP server.
pub struct Settings {
    /// The listener for clients.
    pub listener: TcpListener,
    /// The listener for readiness details, if any.
    pub operators: Option<TcpListener>,
    /// Origins that CORS allows; `*` allows all.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-…` headers are trusted.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Number of threads that handle connections.
    pub workers: usize,
    /// Maximum number of client connections at once.
    pub connections: usize,
    /// Maximum number of connections of one client: an IPv4 address or a /64 IPv6 network.
    pub connections_per_address: usize,
}

/// Serves until the process receives a stop signal. Requests in flight are answered first.
pub async fn run(app: App, settings: Settings) -> io::Result<()> {
    let Settings { listener, operators, cors_origins, trusted_proxies, workers, .. } = settings;
    let door = Door::new(settings.connections, settings.connections_per_address, trusted_proxies.clone());
    let trusted_proxies = Data::new(TrustedProxies(trusted_proxies));
    let public_base = Data::new(PublicBase(app.public_base().cloned()));
    let document = Data::new(OpenApiDocument(openapi_json()));
    let schema = graphql::build();
    let watching = actix_web::rt::spawn(schedule::watch(app.clone()));
    let public = {
        let app = app.clone();
        let routes = move || {
            Routes::new()
                .app_data(Data::new(app.clone()))
                .app_data(Data::new(schema.clone()))
                .app_data(trusted_proxies.clone())
                .app_data(public_base.clone())
                .app_data(document.clone())
                .app_data(web::PayloadConfig::new(MOST_BYTES))
                .configure(|config| routes(&mut ServiceConfig::new(config)))
                .default_service(web::to(elsewhere))
                .wrap(from_fn(delivery::inner))
                .wrap(cors(&cors_origins))
                .wrap(Compress::default())
                .wrap(from_fn(delivery::outer))
        };
        serve(listener, workers, door, routes)?
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

/// Serves HTTP/1.1 on admitted, guarded connections, which actix-web's own server does not support.
fn serve<F, I, S, B>(
    listener: TcpListener,
    workers: usize,
    door: Arc<Door>,
    routes: F,
) -> io::Result<actix_web::dev::Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: std::fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    B: MessageBody + 'static,
{
    let builder = actix_server::Server::build()
        .workers(workers)
        .shutdown_timeout(30)
        // `Door` limits connections.
        .max_concurrent_connections(usize::MAX >> 1);
    let ending = builder.graceful_shutdown_signal();
    let server = builder.listen("clients", listener, move || {
        let (door, ending) = (door.clone(), ending.clone());
        let routes =
            routes().into_factory().map_err(|error| Into::<actix_web::Error>::into(error).error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let ending = ending.clone();
                async move { ending.notified().await }
            })
            .client_disconnect_timeout(Duration::from_secs(1))
            .on_connect_ext(|connection: &Guarded, data: &mut Extensions| {
                data.insert(connection.activity().clone());
            })
            .h1(map_config(routes, |_: ()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            let admitted = admitted(stream, &door);
            async move { admitted.ok_or(DispatchError::Io(io::ErrorKind::ConnectionRefused.into())) }
        })
        .and_then(http)
    })?;
    Ok(server.run())
}

/// Admits a connection, or writes a refusal to it.
fn admitted(stream: TcpStream, door: &Arc<Door>) -> Option<(Guarded, Option<SocketAddr>)> {
    let peer = stream.peer_addr().ok()?;
    match door.admit(peer.ip()) {
        Some(admission) => {
            // Responses are written at once, so Nagle's algorithm would only delay them.
            let _ = stream.set_nodelay(true);
            Some((Guarded::new(stream, admission), Some(peer)))
        }
        None => {
            // Written without waiting: a refused client must not block the thread.
            let _ = stream.into_std().and_then(|mut stream| stream.write(REFUSAL));
            None
        }
    }
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        .allow_any_header()
        .expose_headers(["ETag", "Link", "Location", "Retry-After", "Server-Timing", "X-Request-Id"])
        .block_on_origin_mismatch(false)
        .max_age(86_400);
    match origins {
        [any] if any == "*" => cors.allow_any_origin().send_wildcard(),
        origins => origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)),
    }
}

/// Answers requests for unknown paths and methods, and `OPTIONS`.
async fn elsewhere(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let Some(allow) = openapi::allowed(request.path()) else {
        return Err(Problem::http(StatusCode::NOT_FOUND, "route.not_found", "this path does not exist"));
    };
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, allow)).finish());
    }
    let problem = Problem::http(
        StatusCode::METHOD_NOT_ALLOWED,
        "route.method_not_allowed",
        format!("this path accepts {allow}"),
    );
    let mut response = actix_web::ResponseError::error_response(&problem);
    if let Ok(allow) = header::HeaderValue::from_str(&allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    Ok(response)
}
