//! The permissions that an API key has at most.

use super::Permission;

/// The permissions that a caller has at most, whatever the role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u32);

impl Scopes {
    /// All permissions, for a user who is signed in.
    pub const ALL: Self = Self(u32::MAX);

    /// Parses the scopes of a key. Returns `None` if one is unknown.
    pub fn read<T: AsRef<str>>(names: &[T]) -> Option<Self> {
        names.iter().try_fold(Self(0), |scopes, name| {
            let named = Permission::ALL.into_iter().filter(|one| one.scope() == Some(name.as_ref()));
            let mut bits = named.fold(0, |bits, one| bits | one.bit());
            // Responses to writing and publishing contain the draft, so these scopes include
            // reading drafts.
            if matches!(name.as_ref(), "articles:write" | "articles:publish") {
                bits |= Permission::ReadDrafts.bit() | Permission::ReadOthersDrafts.bit();
            }
            (bits != 0).then_some(Self(scopes.0 | bits))
        })
    }

    /// Returns the names of the scopes.
    pub fn names(self) -> Vec<&'static str> {
        let allowed = Permission::ALL.into_iter().filter(|permission| self.allow(*permission));
        let mut names: Vec<&'static str> = Vec::new();
        for name in allowed.filter_map(Permission::scope) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Returns whether no permission is allowed.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn allow(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }
}

impl Permission {
    fn bit(self) -> u32 {
        1 << self as u32
    }
}
