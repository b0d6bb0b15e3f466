//! A bound on how often somebody may try to sign in.
//!
//! Attempts are counted in this process alone: with several servers the bound is so many times as high.

use std::{net::Ipv6Addr, num::NonZeroU32};

use domain::error::{Error, Kind, Result};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// So many attempts a minute on one account, from wherever.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// So many attempts a minute from one address, on whichever accounts.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// After so many seconds another attempt on an account is taken.
pub(crate) const RETRY_SECONDS: &str = "6";

/// More names than this are looked through for those that may be forgotten.
const CROWD: usize = 10_000;

/// Counts attempts.
pub(crate) struct Throttle {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<String>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            accounts: RateLimiter::keyed(Quota::per_minute(PER_ACCOUNT)),
            addresses: RateLimiter::keyed(Quota::per_minute(PER_ADDRESS)),
        }
    }
}

impl Throttle {
    /// Counts an attempt on an account, whether it exists or not.
    pub(crate) fn try_account(&self, email: &str, address: Option<&str>) -> Result<()> {
        self.try_address(address)?;
        let name: String = email.trim().to_lowercase().chars().take(254).collect();
        attempt(&self.accounts, &name)
    }

    /// Counts an attempt from an address.
    pub(crate) fn try_address(&self, address: Option<&str>) -> Result<()> {
        match address {
            Some(address) => attempt(&self.addresses, &network(address)),
            None => Ok(()),
        }
    }
}

/// Whom an address stands for: of IPv6, one household or one machine has a whole /64.
fn network(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        Err(_) => address.to_owned(),
    }
}

fn attempt(limiter: &DefaultKeyedRateLimiter<String>, name: &String) -> Result<()> {
    if limiter.len() > CROWD {
        limiter.retain_recent();
    }
    limiter.check_key(name).map_err(|_| {
        let detail = "too many attempts; try again after the seconds that Retry-After names";
        Error::new(Kind::Throttled, "sign_in.throttled", detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_of_ipv6_is_one() {
        assert_eq!(network("2001:db8:0:7::1"), network("2001:db8:0:7:ffff::2"));
        assert_ne!(network("2001:db8:0:7::1"), network("2001:db8:0:8::1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }
}
