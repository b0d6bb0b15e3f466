//! Rate limits for sign-in attempts, per account and per address.
//!
//! Each process counts alone: with several servers, the effective limits are multiplied by their number.

use std::{net::Ipv6Addr, num::NonZeroU32};

use domain::error::{Error, Kind, Result};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Attempts per minute on one account, from all addresses.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Attempts per minute from one address, on all accounts.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// Seconds until another attempt on an account is allowed; the value of `Retry-After`.
pub(crate) const RETRY_SECONDS: &str = "6";

/// Above this number of counters, those that are no longer needed are removed.
const CROWD: usize = 10_000;

/// Counts and limits sign-in attempts.
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
    /// Counts an attempt on an account and from an address. The account need not exist.
    ///
    /// Returns the error `sign_in.throttled` above a limit.
    pub(crate) fn try_account(&self, email: &str, address: Option<&str>) -> Result<()> {
        self.try_address(address)?;
        let name: String = email.trim().to_lowercase().chars().take(254).collect();
        attempt(&self.accounts, &name)
    }

    /// Counts an attempt from an address.
    ///
    /// Returns the error `sign_in.throttled` above the limit.
    pub(crate) fn try_address(&self, address: Option<&str>) -> Result<()> {
        match address {
            Some(address) => attempt(&self.addresses, &network(address)),
            None => Ok(()),
        }
    }
}

/// Returns the part of an address that is counted: an IPv4 address, or the /64 network of an IPv6 address,
/// which usually belongs to one household or machine.
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
        let detail = "too many attempts; wait for the number of seconds in Retry-After";
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
