//! Access tokens and preview tokens: JSON Web Tokens (RFC 7519), signed with Ed25519 (RFC 8037).
//!
//! The algorithm is fixed and the keys come from the store, so a token cannot choose either. Tokens of an
//! OpenID Connect issuer are in [`issuer`](super::issuer).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::Caller,
    article::Preview,
    error::{Error, Result},
    id::Id,
    session::{self, ACCESS_LIFE, Claim, Grant, KeyPurpose, Session, SigningKey},
    store::Repos,
    time::Time,
};
use ed25519_dalek::SigningKey as KeyPair;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::Verified;

/// The `iss` claim of all tokens, and the `aud` claim of access tokens.
const ISSUER: &str = "broadsheet";

/// Maximum length of one of our tokens, in bytes.
const LONGEST: usize = 1_024;

/// The bytes before the seed in the DER encoding of a private key (RFC 8410 §7).
const PKCS8_HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// The id of the account.
    sub: String,
    /// The id of the session.
    sid: String,
    /// Seconds since 1970.
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
}

/// Signs the access token of a grant.
pub(crate) fn sign(grant: &Grant, now: Time) -> Result<String> {
    sign_for(&grant.session, &grant.key, now)
}

/// Signs an access token for a session.
pub(super) fn sign_for(session: &Session, key: &SigningKey, now: Time) -> Result<String> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: ISSUER.to_owned(),
        sub: session.account.to_string(),
        sid: session.id.to_string(),
        iat: seconds(now),
        nbf: None,
        exp: seconds(now.after(ACCESS_LIFE)),
    };
    sign_claims(&claims, key)
}

/// Returns the caller that an access token authenticates.
pub(super) fn caller(repos: &mut dyn Repos, verified: &Verified, token: &str, now: Time) -> Result<Caller> {
    let (key, claim) = match verified.recall(token) {
        Some(known) => known,
        None => {
            let keys = repos.signing_keys(KeyPurpose::Access)?;
            verified.read(&keys, token).ok_or_else(session::worthless)?
        }
    };
    session::bearer(repos, &claim, &key, now)
}

/// Whether the key id of a token has the format of our key ids.
pub(super) fn is_ours(token: &str) -> bool {
    decode_header(token)
        .ok()
        .and_then(|header| header.kid)
        .is_some_and(|kid| kid.parse::<Id<SigningKey>>().is_ok())
}

/// Returns the key with which a token claims to be signed, if it is one of `keys`.
pub(super) fn signer<'k>(keys: &'k [SigningKey], token: &str) -> Option<&'k SigningKey> {
    if token.len() > LONGEST || !is_plain(token) {
        return None;
    }
    let kid = decode_header(token).ok()?.kid?;
    keys.iter().find(|key| key.id.to_string() == kid)
}

/// Verifies that a token is signed with `key`, and returns its claims. The caller checks the times.
pub(super) fn read(key: &SigningKey, token: &str) -> Option<Claim> {
    let claims: Claims = read_claims(key, token, ISSUER)?;
    Some(Claim {
        session: claims.sid.parse().ok()?,
        account: claims.sub.parse().ok()?,
        not_before: moment(claims.nbf)?,
        expires_at: Time::from_micros(claims.exp.checked_mul(1_000_000)?),
    })
}

/// The `aud` claim of preview tokens.
const PREVIEW: &str = "preview";

#[derive(Serialize, Deserialize)]
struct PreviewClaims {
    iss: String,
    aud: String,
    /// The id of the article.
    sub: String,
    /// The number of the revision.
    rev: u32,
    /// Seconds since 1970.
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
}

/// Signs a preview token.
pub(crate) fn sign_preview(preview: &Preview, key: &SigningKey, now: Time) -> Result<String> {
    let claims = PreviewClaims {
        iss: ISSUER.to_owned(),
        aud: PREVIEW.to_owned(),
        sub: preview.article.to_string(),
        rev: preview.revision,
        iat: seconds(now),
        nbf: None,
        exp: seconds(preview.expires_at),
    };
    sign_claims(&claims, key)
}

/// Verifies that a preview token is signed with one of the keys, and returns its content. The use case
/// checks whether it has expired.
pub(crate) fn read_preview(keys: &[SigningKey], token: &str, now: Time) -> Option<Preview> {
    let claims: PreviewClaims = read_claims(signer(keys, token)?, token, PREVIEW)?;
    if moment(claims.nbf)?.is_some_and(|from| now < from) {
        return None;
    }
    Some(Preview {
        article: claims.sub.parse().ok()?,
        revision: claims.rev,
        expires_at: Time::from_micros(claims.exp.checked_mul(1_000_000)?),
    })
}

/// Converts an optional time in seconds. Returns `None` if it is out of range.
fn moment(seconds: Option<i64>) -> Option<Option<Time>> {
    match seconds {
        None => Some(None),
        Some(seconds) => seconds.checked_mul(1_000_000).map(Time::from_micros).map(Some),
    }
}

/// Whether the header requires no extension. `crit` lists extensions that must be supported (RFC 7515
/// §4.1.11), and none are; `b64` would change the signed bytes (RFC 7797).
pub(super) fn is_plain(token: &str) -> bool {
    let header = token.split('.').next().and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
    let header = header.and_then(|header| serde_json::from_slice::<serde_json::Value>(&header).ok());
    header.is_some_and(|header| header.get("crit").is_none() && header.get("b64").is_none())
}

fn sign_claims(claims: &impl Serialize, key: &SigningKey) -> Result<String> {
    let header = Header { kid: Some(key.id.to_string()), ..Header::new(Algorithm::EdDSA) };
    let der = [PKCS8_HEAD.as_slice(), &key.seed].concat();
    encode(&header, claims, &EncodingKey::from_ed_der(&der))
        .map_err(|error| Error::internal("sign a token", error))
}

fn read_claims<C: DeserializeOwned>(key: &SigningKey, token: &str, audience: &str) -> Option<C> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // The callers compare the times with the time of the request; the library would read the clock.
    validation.validate_exp = false;
    let public = DecodingKey::from_ed_components(&public_half(key)).ok()?;
    Some(decode::<C>(token, &public, &validation).ok()?.claims)
}

/// A public key for verifying tokens, as a JSON Web Key (RFC 7517, RFC 8037 §2).
#[derive(Serialize, ToSchema)]
pub(crate) struct PublicKey {
    /// Key type. Always `OKP`.
    #[schema(example = "OKP")]
    kty: &'static str,
    /// Curve. Always `Ed25519`.
    #[schema(example = "Ed25519")]
    crv: &'static str,
    /// Signature algorithm. Always `EdDSA`.
    #[schema(example = "EdDSA")]
    alg: &'static str,
    /// Intended use. Always `sig`: verifying signatures.
    #[schema(example = "sig")]
    r#use: &'static str,
    /// Key id. Tokens name it as `kid` in their header.
    kid: String,
    /// The public key, base64url-encoded.
    x: String,
}

impl From<&SigningKey> for PublicKey {
    fn from(key: &SigningKey) -> Self {
        let (kid, x) = (key.id.to_string(), public_half(key));
        Self { kty: "OKP", crv: "Ed25519", alg: "EdDSA", r#use: "sig", kid, x }
    }
}

fn public_half(key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(KeyPair::from_bytes(&key.seed).verifying_key().as_bytes())
}

fn seconds(time: Time) -> i64 {
    time.micros().div_euclid(1_000_000)
}

#[cfg(test)]
mod tests {
    use domain::{
        access::Role,
        account::{Account, AccountId, Email},
        id::Id,
        secret::Secret,
        session::SessionId,
    };
    use serde_json::{Value, json};

    use super::*;

    fn key(n: u8) -> SigningKey {
        SigningKey { id: Id::from_bytes([n; 16]), created_at: Time::from_micros(0), seed: [n; 32] }
    }

    /// Verifies and reads a token that is signed with one of the keys.
    fn read(keys: &[SigningKey], token: &str) -> Option<Claim> {
        super::read(signer(keys, token)?, token)
    }

    fn claims() -> Value {
        json!({
            "iss": ISSUER, "aud": ISSUER, "sub": AccountId::from_bytes([1; 16]).to_string(),
            "sid": SessionId::from_bytes([2; 16]).to_string(), "iat": 0, "exp": 900,
        })
    }

    fn signed(header: &Header, claims: &Value, seed: u8) -> String {
        let der = [PKCS8_HEAD.as_slice(), &[seed; 32]].concat();
        encode(header, claims, &EncodingKey::from_ed_der(&der)).expect("signs")
    }

    /// Signs a token that the library would not write.
    fn signed_by_hand(header: &Value, claims: &Value, seed: u8) -> String {
        use ed25519_dalek::Signer as _;

        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature = KeyPair::from_bytes(&[seed; 32]).sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn header(kid: u8) -> Header {
        Header { kid: Some(key(kid).id.to_string()), ..Header::new(Algorithm::EdDSA) }
    }

    #[test]
    fn a_token_says_what_was_signed() {
        let found = read(&[key(3), key(4)], &signed(&header(4), &claims(), 4));
        let expires_at = Time::from_micros(900_000_000);
        let (session, account) = (SessionId::from_bytes([2; 16]), AccountId::from_bytes([1; 16]));
        assert_eq!(found, Some(Claim { session, account, not_before: None, expires_at }));
    }

    #[test]
    fn tokens_of_others_are_worth_nothing() {
        let keys = [key(3)];
        let good = signed(&header(3), &claims(), 3);
        assert!(read(&keys, &good).is_some());

        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            signed(&header(3), &claims, 3)
        };
        assert!(read(&keys, &signed(&header(3), &claims(), 9)).is_none(), "another key's signature");
        assert!(read(&keys, &signed(&header(9), &claims(), 3)).is_none(), "a key that is not known");
        assert!(read(&keys, &signed(&Header::new(Algorithm::EdDSA), &claims(), 3)).is_none(), "no key named");
        assert!(read(&keys, &with("aud", json!("elsewhere"))).is_none(), "for another audience");
        assert!(read(&keys, &with("iss", json!("elsewhere"))).is_none(), "of another issuer");
        assert!(read(&keys, &with("sub", json!("article_00000000000000000000000000"))).is_none());
        assert!(read(&keys, &with("exp", json!(i64::MAX))).is_none(), "later than can be counted");
        assert!(read(&keys, &with("iss", json!([ISSUER]))).is_none(), "issuers are one");
        assert!(read(&keys, &with("nbf", json!(i64::MAX))).is_none(), "later than can be counted");
        assert!(read(&keys, &with("nbf", json!("1"))).is_none(), "no time");
        let ahead = read(&keys, &with("nbf", json!(5))).expect("reads");
        assert_eq!(ahead.not_before, Some(Time::from_micros(5_000_000)), "whoever takes it looks at that");
        for header in [
            json!({ "crit": ["exp"] }),
            json!({ "crit": [] }),
            json!({ "b64": false, "crit": ["b64"] }),
            json!({ "b64": false }),
            json!({ "crit": null }),
        ] {
            let mut header = header;
            header["alg"] = json!("EdDSA");
            header["kid"] = json!(keys[0].id.to_string());
            assert!(read(&keys, &signed_by_hand(&header, &claims(), 3)).is_none(), "{header}");
        }
        let plain = json!({ "alg": "EdDSA", "kid": keys[0].id.to_string() });
        assert!(read(&keys, &signed_by_hand(&plain, &claims(), 3)).is_some(), "the same without them");

        let mut parts: Vec<&str> = good.split('.').collect();
        let none =
            URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "kid": keys[0].id.to_string() }).to_string());
        parts[0] = &none;
        assert!(read(&keys, &parts.join(".")).is_none(), "alg: none with a signature");
        parts[2] = "";
        assert!(read(&keys, &parts.join(".")).is_none(), "alg: none without one");

        // If the public key were accepted as an HMAC secret, anybody could sign.
        let confused = Header { alg: Algorithm::HS256, ..header(3) };
        let public = public_half(&keys[0]);
        let raw = URL_SAFE_NO_PAD.decode(&public).expect("base64");
        for secret in [public.as_bytes(), &raw] {
            let token = encode(&confused, &claims(), &EncodingKey::from_secret(secret)).expect("signs");
            assert!(read(&keys, &token).is_none(), "key confusion");
        }
        for text in ["", ".", "..", "a.b.c", &"a".repeat(10_000), &format!("{good}x"), &good[1..]] {
            assert!(read(&keys, text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_grant_is_signed_with_its_key() {
        let now = Time::from_micros(7_500_000);
        let account = Account {
            id: AccountId::from_bytes([1; 16]),
            email: Email::read("a@example.com").expect("an address"),
            name: "A".to_owned(),
            role: Role::Editor,
            disabled: false,
            created_at: now,
            password: None,
        };
        let session = Session {
            id: SessionId::from_bytes([2; 16]),
            account: account.id,
            begun_at: now,
            expires_at: now,
        };
        let secret = Secret::known("bsrt_test");
        let grant = Grant { session, account, refresh_token: secret, key: key(3) };
        let claim = read(&[key(3)], &sign(&grant, now).expect("signs")).expect("reads");
        assert_eq!(claim.expires_at, Time::from_micros(907_000_000), "a quarter of an hour, whole seconds");
    }
}
