//! Ids: [TypeIDs](https://github.com/jetify-com/typeid), a type prefix and a UUIDv7 in base32.
//!
//! An id such as `article_01h455vb4pex5vsknk084sn02q` is the same string in REST, in GraphQL and in
//! an export. Nothing here generates ids: see [`Context::new_id`](crate::context::Context::new_id).

use std::{
    cmp::Ordering, collections::HashMap, fmt, hash::Hash, hash::Hasher, marker::PhantomData, str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use type_safe_id::{StaticType, TypeSafeId};
use uuid::Uuid;

use crate::error::{Error, Result};

/// A type of thing that has its own ids.
pub trait Entity: 'static {
    /// The type prefix of the ids. Lower-case letters only.
    const PREFIX: &'static str;
}

/// A hash map keyed by ids, with a fast hasher.
pub type ById<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// The id of a `T`.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// Returns the id with these 16 stored bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes), PhantomData)
    }

    /// Returns the 16 bytes to store.
    pub fn bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }
}

/// Connects our prefix to the library's typed id without requiring more traits of `T`.
struct Prefix<T>(PhantomData<fn() -> T>);

impl<T> Default for Prefix<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T: Entity> StaticType for Prefix<T> {
    const TYPE: &'static str = T::PREFIX;
}

impl<T: Entity> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TypeSafeId::<Prefix<T>>::from_uuid(self.0).fmt(f)
    }
}

impl<T: Entity> FromStr for Id<T> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.parse::<TypeSafeId<Prefix<T>>>() {
            Ok(id) => Ok(Self(id.uuid(), PhantomData)),
            Err(_) => Err(Error::malformed(
                "id.malformed",
                format!("an id of this type is \"{}_\" and 26 characters of base32", T::PREFIX),
            )),
        }
    }
}

impl<T: Entity> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: Entity> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|error: Error| de::Error::custom(error))
    }
}

// Derives would require the same traits of `T`, which is only a marker.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T: Entity> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Prefixed;
    impl Entity for Prefixed {
        const PREFIX: &'static str = "prefix";
    }

    /// A test vector of the TypeID specification, version 0.3.
    #[test]
    fn ids_are_type_ids() {
        let id: Id<Prefixed> = "prefix_01h455vb4pex5vsknk084sn02q".parse().expect("a valid id");
        assert_eq!(Uuid::from_bytes(id.bytes()).to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
        assert_eq!(id.to_string(), "prefix_01h455vb4pex5vsknk084sn02q");
    }

    #[test]
    fn an_id_of_another_type_is_refused() {
        for text in [
            "other_01h455vb4pex5vsknk084sn02q",
            "prefix_01h455vb4pex5vsknk084sn02",
            "prefix_81h455vb4pex5vsknk084sn02q",
            "",
        ] {
            assert!(text.parse::<Id<Prefixed>>().is_err(), "{text}");
        }
    }
}
