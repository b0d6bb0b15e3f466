//! The error type of the whole program.
//!
//! Code that reacts to an error branches on [`Error::kind`]. People and clients read the code, the
//! detail and the violations. The source is only for the log and never leaves the process.

use std::{borrow::Cow, error::Error as StdError, fmt, sync::Arc};

/// The category of an error, which tells a caller how to react.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request is malformed. Sending it again will not help.
    Malformed,
    /// The request is well-formed, but asks for something invalid.
    Invalid,
    /// The thing does not exist, or the caller may not know that it does.
    NotFound,
    /// The thing was visible to readers earlier and has been deleted.
    Gone,
    /// The caller must sign in, or sign in again.
    Unauthenticated,
    /// The caller is authenticated but lacks the permission.
    Forbidden,
    /// The caller sent too many requests and may try again later.
    Throttled,
    /// Somebody else changed the thing after the caller read it.
    Stale,
    /// The caller did not send the revision that the change is based on.
    Unconditional,
    /// The change conflicts with something that exists.
    Conflict,
    /// The request exceeds a limit that protects the server.
    TooCostly,
    /// The server cannot answer now. The same request may succeed later.
    Unavailable,
    /// There is no space left to store data.
    StorageFull,
    /// An unexpected failure of the program or of the system it runs on.
    Internal,
}

/// The place of a violation in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A query parameter, by name.
    Parameter(Cow<'static, str>),
    /// A place in the request body, as a JSON Pointer (RFC 6901).
    Pointer(String),
}

/// One invalid part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which part is invalid.
    pub place: Place,
    /// A stable code for programs.
    pub code: &'static str,
    /// A message for people: what is wrong and what would be valid.
    pub detail: Cow<'static, str>,
}

/// An error, for the caller and for the log.
///
/// Cloning is cheap, because one failed batch can be the error of many GraphQL fields.
#[derive(Debug, Clone)]
pub struct Error {
    kind: Kind,
    code: &'static str,
    detail: Cow<'static, str>,
    violations: Vec<Violation>,
    present: Option<Box<Present>>,
    existing: Option<Box<str>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The current state of a thing that somebody else changed after the caller read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The newest revision.
    pub revision: u32,
    /// The fields that changed since the revision that the caller read; `None` if they are not
    /// known.
    pub fields: Option<Vec<String>>,
}

impl Violation {
    /// Returns a violation of the field `name` in the request body.
    pub fn at(name: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { place: Place::Pointer(format!("/{name}")), code, detail: detail.into() }
    }
}

/// The result of a fallible operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Returns an error. The code has the form `resource.what_happened`; the detail starts in lower
    /// case.
    pub fn new(kind: Kind, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            violations: Vec::new(),
            present: None,
            existing: None,
            source: None,
        }
    }

    /// Returns an error of [`Kind::Invalid`].
    pub fn invalid(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, code, detail)
    }

    /// Returns an error of [`Kind::Malformed`].
    pub fn malformed(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Malformed, code, detail)
    }

    /// Returns an error of [`Kind::NotFound`].
    pub fn not_found(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::NotFound, code, detail)
    }

    /// Returns an error of [`Kind::Internal`]. `doing` names the operation that failed.
    pub fn internal(doing: &'static str, source: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Kind::Internal, "server.fault", doing).because(source)
    }

    /// Returns an error for one invalid query parameter.
    pub fn parameter(
        name: impl Into<Cow<'static, str>>,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::violations(vec![Violation {
            place: Place::Parameter(name.into()),
            code,
            detail: detail.into(),
        }])
    }

    /// Returns an error that lists every violation of a request.
    ///
    /// The list must not be empty.
    pub fn violations(violations: Vec<Violation>) -> Self {
        let noun = match violations.first().map(|first| &first.place) {
            Some(Place::Pointer(_)) => "value",
            _ => "parameter",
        };
        let detail = match violations.len() {
            1 => format!("1 {noun} is not valid"),
            several => format!("{several} {noun}s are not valid"),
        };
        Self { violations, ..Self::malformed("request.invalid", detail) }
    }

    /// Returns an error of [`Kind::Stale`] with the current state of the thing.
    pub fn stale(code: &'static str, detail: impl Into<Cow<'static, str>>, present: Present) -> Self {
        Self { present: Some(Box::new(present)), ..Self::new(Kind::Stale, code, detail) }
    }

    /// Adds the parts of the request that caused the error.
    #[must_use]
    pub fn at(self, violations: Vec<Violation>) -> Self {
        Self { violations, ..self }
    }

    /// Adds the id of the existing thing that the request conflicts with.
    #[must_use]
    pub fn naming(self, existing: String) -> Self {
        Self { existing: Some(existing.into()), ..self }
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn because(self, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    /// Returns the category of the error.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the stable code, of the form `resource.what_happened`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the message for people, which says what to do where possible.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns the current state of the thing, for an error of [`Kind::Stale`].
    pub fn present(&self) -> Option<&Present> {
        self.present.as_deref()
    }

    /// Returns the id of the existing thing, if the request would have created it again.
    pub fn existing(&self) -> Option<&str> {
        self.existing.as_deref()
    }

    /// Returns the invalid parts of the request. Empty if the error is about the whole request.
    pub fn all_violations(&self) -> &[Violation] {
        &self.violations
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        for violation in &self.violations {
            match &violation.place {
                Place::Parameter(name) => write!(f, "; {name}: {}", violation.detail)?,
                Place::Pointer(pointer) => write!(f, "; {pointer}: {}", violation.detail)?,
            }
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
