//! The one error of this program.
//!
//! Code that must *react* looks at [`Error::kind`]. People and clients read `code`, `detail` and
//! `violations`. The `source` is for the log and never leaves the process.

use std::{borrow::Cow, error::Error as StdError, fmt, sync::Arc};

/// What a caller can do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be understood; sending it again will not help.
    Malformed,
    /// The request is understood, but what it asks for is not valid.
    Invalid,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// There was such a thing, readers knew it, and it is no more.
    Gone,
    /// The caller must sign in, or sign in again.
    Unauthenticated,
    /// The caller is known, and may not do this.
    Forbidden,
    /// The caller tries too often; later it may.
    Throttled,
    /// Somebody else changed the thing since the caller looked.
    Stale,
    /// The caller does not say what it has seen of the thing that it changes.
    Unconditional,
    /// The change collides with something that exists.
    Conflict,
    /// A limit that protects the server was exceeded.
    TooCostly,
    /// The server cannot answer now; the same request may succeed later.
    Unavailable,
    /// There is no space left to store anything.
    StorageFull,
    /// A fault of this program or of what it runs on.
    Internal,
}

/// Where in a request a violation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A query parameter, by name.
    Parameter(Cow<'static, str>),
    /// A place in a body, as a JSON Pointer (RFC 6901).
    Pointer(String),
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, for programs.
    pub code: &'static str,
    /// What is wrong and what would be right, for people.
    pub detail: Cow<'static, str>,
}

/// A failure, for the caller and for the log. Cloning is cheap, because one failed batch answers
/// many GraphQL fields.
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

/// What a thing is now that somebody else changed since the caller looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Its newest revision.
    pub revision: u32,
    /// The fields that changed since the revision that the caller has seen; `None` if that is not known.
    pub fields: Option<Vec<String>>,
}

impl Violation {
    /// A field of a document is wrong; `name` is the field's.
    pub fn at(name: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { place: Place::Pointer(format!("/{name}")), code, detail: detail.into() }
    }
}

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Returns an error of `kind`; `code` is `resource.what_happened`, `detail` is lower case.
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

    /// Something in an otherwise understandable request is not valid.
    pub fn invalid(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, code, detail)
    }

    /// The request cannot be understood.
    pub fn malformed(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Malformed, code, detail)
    }

    /// There is no such thing, or none that the caller may see.
    pub fn not_found(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::NotFound, code, detail)
    }

    /// A fault of ours: `doing` names what was expected to work.
    pub fn internal(doing: &'static str, source: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Kind::Internal, "server.fault", doing).because(source)
    }

    /// One query parameter is wrong.
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

    /// Several things are wrong with one request, all of them named at once.
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

    /// Somebody else changed the thing since the caller looked.
    pub fn stale(code: &'static str, detail: impl Into<Cow<'static, str>>, present: Present) -> Self {
        Self { present: Some(Box::new(present)), ..Self::new(Kind::Stale, code, detail) }
    }

    /// These parts of the request are what is wrong with it.
    #[must_use]
    pub fn at(self, violations: Vec<Violation>) -> Self {
        Self { violations, ..self }
    }

    /// This is the id of what exists already.
    #[must_use]
    pub fn naming(self, existing: String) -> Self {
        Self { existing: Some(existing.into()), ..self }
    }

    /// Keeps what caused this, for the log.
    #[must_use]
    pub fn because(self, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The stable name of what happened, `resource.what_happened`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// One sentence for people; says what to do where that is possible.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What the thing is now, where the caller has seen it as it was.
    pub fn present(&self) -> Option<&Present> {
        self.present.as_deref()
    }

    /// The id of what exists already, where the request would have made it again.
    pub fn existing(&self) -> Option<&str> {
        self.existing.as_deref()
    }

    /// The parts of the request that are wrong; empty when it is the whole.
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
