//! Proxies in front of the server, and the address of the client behind them.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;

/// Proxies whose `X-Forwarded-…` headers are trusted.
pub struct TrustedProxies(pub Vec<IpAddr>);

impl TrustedProxies {
    /// Whether a request comes from a trusted proxy.
    pub(crate) fn sent(&self, request: &HttpRequest) -> bool {
        request.peer_addr().is_some_and(|peer| self.0.contains(&peer.ip().to_canonical()))
    }

    /// Returns the client's address: the nearest hop that is not a trusted proxy.
    pub(crate) fn client(&self, request: &HttpRequest) -> Option<String> {
        let mut nearest = request.peer_addr()?.ip().to_canonical();
        let lines: Vec<&str> =
            request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
        for before in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            // Addresses to the left of an unreadable one or of an untrusted one may be forged.
            let Some(before) = address(before.trim()).filter(|_| self.0.contains(&nearest)) else { break };
            nearest = before;
        }
        Some(nearest.to_string())
    }
}

/// Parses an IP address. Some proxies append a port.
fn address(text: &str) -> Option<IpAddr> {
    let address = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    // An IPv4 address may be written as an IPv6 address.
    address.map(|address: IpAddr| address.to_canonical())
}
