//! Request bodies: size and time limits, media types, and strict JSON parsing.
//!
//! Errors name each unknown, malformed or missing field. Query parameters are in [`query`](crate::http::query).

use std::{fmt, future::Future, marker::PhantomData, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    rt::time::Instant,
    web::{self, Bytes, BytesMut},
};
use domain::error::{Error, Place, Violation};
use futures_util::StreamExt as _;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_path_to_error::{Path, Segment};
use tokio::time::timeout_at;

use crate::http::problem::Problem;

/// Maximum body size of most requests, in bytes.
pub(crate) const MOST_BYTES: usize = 256 * 1024;

/// A JSON body of at most `MOST` bytes. `T` must deny unknown fields.
pub struct JsonBody<T, const MOST: usize = MOST_BYTES>(pub T);

impl<T: DeserializeOwned + 'static, const MOST: usize> FromRequest for JsonBody<T, MOST> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = checked(request);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            media_type?;
            Ok(Self(read(&bytes_of(payload.await?, MOST).await?)?))
        })
    }
}

/// An optional JSON body. `T` must deny unknown fields.
pub struct OptionalJsonBody<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalJsonBody<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = checked(request);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes_of(payload.await?, MOST_BYTES).await?;
            if bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            media_type?;
            Ok(Self(read(&bytes)?))
        })
    }
}

/// How long a body may take, plus the time that it needs at [`LEAST_RATE`].
const GRACE: Duration = Duration::from_secs(10);

/// Minimum transfer rate of a body after [`GRACE`], in bytes per second.
const LEAST_RATE: u64 = 2 * 1024;

/// Reads a whole body of at most `most` bytes. Fails if it is larger or too slow.
///
/// No other code reads request bodies.
pub(crate) async fn bytes_of(mut payload: web::Payload, most: usize) -> Result<Bytes, actix_web::Error> {
    let began = Instant::now();
    let mut body = BytesMut::new();
    loop {
        let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
        let until = began + GRACE + Duration::from_millis(length.saturating_mul(1_000) / LEAST_RATE);
        let chunk = match timeout_at(until, payload.next()).await {
            Ok(None) => return Ok(body.freeze()),
            Ok(Some(chunk)) => chunk?,
            Err(_) => {
                return Err(Problem::http(
                    StatusCode::REQUEST_TIMEOUT,
                    "request.too_slow",
                    format!("the body must arrive within 10 seconds, or at {LEAST_RATE} bytes per second"),
                )
                .into());
            }
        };
        if body.len() + chunk.len() > most {
            return Err(Problem::http(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request.too_large",
                format!("the body must have at most {most} bytes here"),
            )
            .into());
        }
        body.extend_from_slice(&chunk);
    }
}

/// Checks that the `Content-Type` is JSON; for `PATCH`, a JSON merge patch (RFC 7396) is accepted too.
fn checked(request: &HttpRequest) -> Result<(), Problem> {
    let sent =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut parts = sent.split(';').map(|part| part.trim().to_ascii_lowercase());
    let media_type = parts.next().unwrap_or_default();
    let is_utf8 =
        parts.all(|one| one.strip_prefix("charset=").is_none_or(|set| set.trim_matches('"') == "utf-8"));
    let is_patch = request.method() == actix_web::http::Method::PATCH;
    let is_known =
        media_type == "application/json" || (is_patch && media_type == "application/merge-patch+json");
    match is_known && is_utf8 {
        true => Ok(()),
        false => Err(Problem::http(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "request.unsupported_media_type",
            "send application/json in UTF-8",
        )),
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Serde would accept a JSON array in place of an object.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|first| *first == b'[') {
        return Err(Error::malformed("request.malformed", "the body must be a JSON object").into());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let inner = error.inner();
        if inner.is_data() {
            let reason = inner.to_string();
            // The line and column are less useful than the JSON Pointer, so they are left out.
            let detail = reason.split(" at line ").next().unwrap_or_default().to_owned();
            let place = Place::Pointer(pointer(error.path()));
            Error::violations(vec![Violation { place, code: "value.malformed", detail: detail.into() }])
        } else {
            Error::malformed("request.malformed", format!("the body must be JSON: {inner}"))
        }
    })?;
    reader.end().map_err(|error| {
        Error::malformed("request.malformed", format!("the body must be one JSON value: {error}"))
    })?;
    Ok(value)
}

/// A value that must be a JSON object. Serde alone would also accept an array of the fields' values.
pub(crate) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }
        reader.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// Converts a path to a JSON Pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// Deserializes a field that may be absent, but not null.
pub(crate) fn non_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> Result<Option<T>, D::Error> {
    match Option::deserialize(reader)? {
        Some(value) => Ok(Some(value)),
        None => Err(D::Error::custom("must not be null")),
    }
}

/// Deserializes a field where absent (`None`) means no change, and null (`Some(None)`) means removal.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(reader).map(Some)
}

/// Deserializes a whole number, written as `90` or as `90.0`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<u32>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(reader)? else { return Ok(None) };
    match (0.0..=f64::from(u32::MAX)).contains(&number) && number.fract() == 0.0 {
        true => Ok(Some(number as u32)),
        false => Err(D::Error::custom("must be a whole number")),
    }
}
