//! Access tokens of an OpenID Connect issuer.
//!
//! A token must be signed with one of the issuer's keys, be for our audience, and contain the verified e-mail
//! address of an existing account. The issuer identifies the user; the account determines their permissions.
//! Nothing here fetches keys, because a response must not wait for another host: the program fetches them in
//! the background and calls [`IssuerKeys::replace`].

use std::sync::{
    Arc, PoisonError, RwLock,
    mpsc::{Receiver, SyncSender, sync_channel},
};

use domain::{access::Caller, error::Result, session, store::Repos, time::Time};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse},
};
use serde::Deserialize;

use super::token;

/// Maximum length of an issuer's token, in bytes.
const LONGEST: usize = 8 * 1024;

/// Allowed difference between clocks, in seconds.
const LEEWAY: f64 = 60.0;

/// An issuer whose tokens are accepted besides our own.
pub struct Issuer {
    /// The required value of the `iss` claim.
    pub name: String,
    /// The value that the `aud` claim must be or contain.
    pub audience: String,
    /// The issuer's keys.
    pub keys: Arc<IssuerKeys>,
}

/// The issuer's keys, as last fetched.
pub struct IssuerKeys {
    known: RwLock<JwkSet>,
    wanted: SyncSender<()>,
}

impl IssuerKeys {
    /// Creates an empty set of keys. The receiver gets a message when a token names an unknown key, so that
    /// the keys can be fetched again.
    pub fn new() -> (Arc<Self>, Receiver<()>) {
        let (wanted, receiver) = sync_channel(1);
        (Arc::new(Self { known: RwLock::new(JwkSet { keys: Vec::new() }), wanted }), receiver)
    }

    /// Replaces the keys with a JSON Web Key Set (RFC 7517). Returns the number of signing keys in it.
    ///
    /// If the set cannot be parsed, the old keys stay.
    pub fn replace(&self, text: &str) -> serde_json::Result<usize> {
        let mut set: JwkSet = serde_json::from_str(text)?;
        // A key for another use could have the same id as a signing key.
        set.keys.retain(
            |key| !matches!(&key.common.public_key_use, Some(used) if *used != PublicKeyUse::Signature),
        );
        let count = set.keys.len();
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = set;
        Ok(count)
    }

    fn find(&self, kid: &str) -> Option<Jwk> {
        let found = self.known.read().unwrap_or_else(PoisonError::into_inner).find(kid).cloned();
        if found.is_none() {
            // If the channel is full, a fetch is already due.
            let _ = self.wanted.try_send(());
        }
        found
    }
}

#[derive(Deserialize)]
struct Claims {
    /// A single issuer. The library alone would also accept a list.
    iss: String,
    email: String,
    email_verified: bool,
    exp: f64,
    nbf: Option<f64>,
}

/// Returns the caller that a token of the issuer authenticates.
pub(super) fn caller(repos: &mut dyn Repos, issuer: &Issuer, token: &str, now: Time) -> Result<Caller> {
    let email = verified_email(issuer, token, now).ok_or_else(session::worthless)?;
    session::bearer_of_email(repos, &email)
}

/// Returns the e-mail address in a valid token.
fn verified_email(issuer: &Issuer, token: &str, now: Time) -> Option<String> {
    if token.len() > LONGEST || !token::is_plain(token) {
        return None;
    }
    let header = decode_header(token).ok()?;
    let key = issuer.keys.find(&header.kid?)?;
    if !may_sign(&key, header.alg) {
        return None;
    }
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[&issuer.name]);
    validation.set_audience(&[&issuer.audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    // Checked below against the time of the request; the library would read the clock.
    validation.validate_exp = false;
    let claims = decode::<Claims>(token, &DecodingKey::from_jwk(&key).ok()?, &validation).ok()?.claims;
    let seconds = now.micros() as f64 / 1e6;
    let is_now = seconds < claims.exp + LEEWAY && claims.nbf.is_none_or(|from| from - LEEWAY <= seconds);
    (is_now && claims.iss == issuer.name && claims.email_verified).then_some(claims.email)
}

/// Whether a key may be used with this algorithm. A token can choose only among the algorithms that fit its
/// key; symmetric keys are never accepted.
fn may_sign(key: &Jwk, algorithm: Algorithm) -> bool {
    let fits = match &key.algorithm {
        AlgorithmParameters::RSA(_) => {
            matches!(algorithm, Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512)
        }
        AlgorithmParameters::EllipticCurve(curve) => {
            algorithm == Algorithm::ES256 && curve.curve == EllipticCurve::P256
        }
        AlgorithmParameters::OctetKeyPair(_) => algorithm == Algorithm::EdDSA,
        _ => false,
    };
    let named = key.common.key_algorithm.as_ref().map(|named| named.to_string().parse::<Algorithm>());
    fits && named.is_none_or(|named| named.is_ok_and(|named| named == algorithm))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use rsa::{pkcs1::EncodeRsaPrivateKey as _, traits::PublicKeyParts as _};
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_750_000_000;

    fn rsa_key() -> rsa::RsaPrivateKey {
        rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("a key")
    }

    fn set_of(key: &rsa::RsaPrivateKey) -> Value {
        let number = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        json!({ "keys": [
            { "kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig", "n": number(key.n()), "e": number(key.e()) },
            { "kty": "oct", "kid": "shared", "k": URL_SAFE_NO_PAD.encode("a secret that is shared") },
        ] })
    }

    fn claims() -> Value {
        json!({ "iss": "https://id.example.com", "aud": ["other", "newsroom"], "sub": "17", "exp": NOW + 60,
                "email": "anna@example.com", "email_verified": true })
    }

    #[test]
    fn a_token_is_taken_for_who_its_issuer_says_and_for_nothing_else() {
        let key = rsa_key();
        let (keys, wanted) = IssuerKeys::new();
        let issuer = Issuer { name: "https://id.example.com".into(), audience: "newsroom".into(), keys };
        let der = key.to_pkcs1_der().expect("DER");
        let signing = EncodingKey::from_rsa_der(der.as_bytes());
        let header = || Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::RS256) };
        let signed = |claims: &Value| encode(&header(), claims, &signing).expect("signs");
        let email = |token: &str| verified_email(&issuer, token, Time::from_micros(NOW * 1_000_000));

        assert_eq!(email(&signed(&claims())), None, "no keys yet");
        assert!(wanted.try_recv().is_ok(), "and they are asked for");
        assert_eq!(issuer.keys.replace(&set_of(&key).to_string()).ok(), Some(2));
        assert_eq!(email(&signed(&claims())).as_deref(), Some("anna@example.com"));

        for (name, value) in [
            ("iss", json!("https://evil.example.com")),
            ("iss", json!(["https://id.example.com"])),
            ("iss", json!(["https://id.example.com", "https://evil.example.com"])),
            ("aud", json!("other")),
            ("exp", json!(NOW - 60)),
            ("nbf", json!(NOW + 61)),
            ("email_verified", json!(false)),
            ("email", Value::Null),
        ] {
            let mut claims = claims();
            claims[name] = value;
            assert_eq!(email(&signed(&claims)), None, "{claims}");
        }
        let mut unsaid = claims();
        unsaid.as_object_mut().expect("claims").remove("email_verified");
        assert_eq!(email(&signed(&unsaid)), None, "an address that nobody has verified");

        let other = rsa_key().to_pkcs1_der().expect("DER");
        let forged =
            encode(&header(), &claims(), &EncodingKey::from_rsa_der(other.as_bytes())).expect("signs");
        assert_eq!(email(&forged), None, "another key's signature");
        let rs512 = Header { alg: Algorithm::RS512, ..header() };
        assert_eq!(
            email(&encode(&rs512, &claims(), &signing).expect("signs")),
            None,
            "not the key's algorithm"
        );
        for (kid, secret) in [("shared", "a secret that is shared"), ("one", "anything")] {
            let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
            let token =
                encode(&header, &claims(), &EncodingKey::from_secret(secret.as_bytes())).expect("signs");
            assert_eq!(email(&token), None, "a shared secret");
        }
        let none = URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "kid": "one" }).to_string());
        let body = URL_SAFE_NO_PAD.encode(claims().to_string());
        assert_eq!(email(&format!("{none}.{body}.")), None, "alg: none");
        assert!(issuer.keys.replace("{}").is_err(), "what is no set of keys replaces nothing");
        assert_eq!(email(&signed(&claims())).as_deref(), Some("anna@example.com"));
    }
}
