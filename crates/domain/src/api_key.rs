//! API keys: credentials for programs that call the API on behalf of an account.
//!
//! A key may do only what both its scopes and its owner's role allow. Both are looked up at each
//! request. The secret of a key is shown once; only its digest is stored (see [`crate::secret`]).

mod bearer;
mod editing;
mod reading;
mod types;

pub use self::{
    bearer::bearer,
    editing::{MOST, NewApiKey, PREFIX, create, revoke},
    reading::list,
    types::{ApiKey, ApiKeyId, USE_NOTED},
};
