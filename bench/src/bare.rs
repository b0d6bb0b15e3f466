//! The upper limit for requests: an actix-web handler that only returns constant bytes.

use std::{io, net::TcpListener, thread::available_parallelism};

use actix_web::{
    App, HttpResponse, HttpServer,
    web::{self, Bytes, Data},
};

/// Serves `bytes` bytes at every path until the process ends.
pub(crate) fn serve(listen: &str, bytes: usize) -> io::Result<()> {
    let listener = TcpListener::bind(listen)?;
    let body = Bytes::from(vec![b'x'; bytes]);
    let workers = available_parallelism().map_or(2, usize::from);
    actix_web::rt::System::new().block_on(
        HttpServer::new(move || {
            App::new().app_data(Data::new(body.clone())).default_service(web::to(answer))
        })
        .workers(workers)
        .listen(listener)?
        .run(),
    )
}

/// Reads the request body, because otherwise the connection could not be reused.
async fn answer(body: Data<Bytes>, _sent: Bytes) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body.get_ref().clone())
}
