//! Password hashing with argon2id (RFC 9106), on a thread of the lowest priority.

use std::{
    sync::mpsc::{self, Sender},
    thread,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{Error as HashError, PasswordHasher, PasswordVerifier, phc::PasswordHash as Phc},
};
use domain::{
    account::{Password, PasswordHash, Passwords},
    error::{Error, Kind, Result},
};

/// 19 MiB, two passes, one lane: the minimum of OWASP's Password Storage Cheat Sheet.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes passwords with the costs above, and verifies hashes of any costs.
///
/// The work runs on its own low-priority thread, so that sign-ins do not slow down readers.
pub(crate) struct Argon2id(Sender<Work>);

/// A task for the password thread.
type Work = Box<dyn FnOnce(&Hasher) + Send>;

struct Hasher {
    method: Argon2<'static>,
    /// A hash to compare with if there is no account or password, so that the comparison takes as long.
    dummy_hash: PasswordHash,
}

impl Argon2id {
    /// Starts the thread. Fails only if argon2 refuses the costs above or the thread cannot be started.
    pub(crate) fn new() -> Result<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| refused(&error))?;
        let method = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy_hash = hashed(&method, "nobody has this password", &[0; 16])?;
        let hasher = Hasher { method, dummy_hash };
        let (sender, receiver) = mpsc::channel::<Work>();
        let working = move || {
            lower_priority();
            receiver.into_iter().for_each(|work| work(&hasher));
        };
        thread::Builder::new()
            .name("passwords".to_owned())
            .spawn(working)
            .map_err(|error| Error::internal("start a thread", error))?;
        Ok(Self(sender))
    }

    /// Runs a task on the password thread and waits for its result.
    fn run<R: Send + 'static>(&self, work: impl FnOnce(&Hasher) -> Result<R> + Send + 'static) -> Result<R> {
        let (sender, receiver) = mpsc::sync_channel(1);
        // If the receiver is gone, the result is no longer needed.
        let work: Work = Box::new(move |hasher| drop(sender.send(work(hasher))));
        self.0.send(work).map_err(|_| refused(&"the password thread has ended"))?;
        receiver.recv().map_err(|_| refused(&"the password thread has ended"))?
    }
}

/// Lowers the priority of the calling thread. Linux only, because only there threads have their own.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(19) {
        tracing::warn!(%error, "could not lower the priority of the password thread");
    }
}

impl Passwords for Argon2id {
    fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<PasswordHash> {
        let password = password.reveal().to_owned();
        self.run(move |hasher| hashed(&hasher.method, &password, &salt))
    }

    fn matches(&self, sent: &str, hash: Option<&PasswordHash>) -> Result<bool> {
        let (sent, hash) = (sent.to_owned(), hash.cloned());
        self.run(move |hasher| hasher.matches(&sent, hash.as_ref()))
    }
}

impl Hasher {
    fn matches(&self, sent: &str, hash: Option<&PasswordHash>) -> Result<bool> {
        let known = Phc::new(&hash.unwrap_or(&self.dummy_hash).0).map_err(|error| refused(&error))?;
        match self.method.verify_password(sent.as_bytes(), &known) {
            Ok(()) => Ok(hash.is_some()),
            Err(HashError::PasswordInvalid) => Ok(false),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn hashed(method: &Argon2<'_>, password: &str, salt: &[u8; 16]) -> Result<PasswordHash> {
    let hash: Phc =
        method.hash_password_with_salt(password.as_bytes(), salt).map_err(|error| refused(&error))?;
    Ok(PasswordHash(hash.to_string()))
}

fn refused(error: &dyn std::fmt::Display) -> Error {
    Error::new(Kind::Internal, "server.fault", format!("hash a password: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_alone() {
        let passwords = Argon2id::new().expect("costs that argon2 takes");
        let password = Password::read("correct horse battery").expect("long enough");
        let hash = passwords.hash(&password, [7; 16]).expect("hashes");
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert_eq!(passwords.matches("correct horse battery", Some(&hash)).ok(), Some(true));
        assert_eq!(passwords.matches("correct horse batterz", Some(&hash)).ok(), Some(false));
        assert_eq!(passwords.matches("nobody has this password", None).ok(), Some(false));
        assert_ne!(hash, passwords.hash(&password, [8; 16]).expect("hashes"), "the salt tells");
        // Each hash contains its costs, so hashes made with other costs still match.
        let cheap =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).expect("params"));
        let older = hashed(&cheap, "correct horse battery", &[7; 16]).expect("hashes");
        assert_eq!(passwords.matches("correct horse battery", Some(&older)).ok(), Some(true));
    }
}
