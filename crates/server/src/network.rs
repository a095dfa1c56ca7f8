//! The address that a request came from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
pub use shouxin_model::Network;

/// The address of the caller: the peer of the connection, or, if that is a trusted proxy, the last
/// address in `X-Forwarded-For` that is none. `None` if the request came over no network.
pub fn caller_address(parts: &Parts, trusted: &[Network]) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let peer = peer.ip().to_canonical();
    if !is_trusted(peer) {
        return Some(peer);
    }
    let named = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = named
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut nearest = peer;
    for text in named.into_iter().rev() {
        // What stands further left than something unreadable was not written by a proxy of ours.
        let Ok(address) = text.parse::<IpAddr>() else {
            break;
        };
        nearest = address.to_canonical();
        if !is_trusted(nearest) {
            break;
        }
    }
    Some(nearest)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        for (peer, forwarded, expected) in [
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            (
                "10.0.0.1",
                "1.2.3.4, 198.51.100.1, 10.0.0.2",
                "198.51.100.1",
            ),
            ("10.0.0.1", "1.2.3.4, nonsense, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "", "10.0.0.1"),
        ] {
            let request = Request::builder()
                .header("x-forwarded-for", forwarded)
                .body(())
                .unwrap();
            let (mut parts, ()) = request.into_parts();
            parts
                .extensions
                .insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
            let trusted = ["10.0.0.0/8".parse().unwrap()];
            assert_eq!(
                caller_address(&parts, &trusted),
                Some(expected.parse().unwrap()),
                "{peer} {forwarded}"
            );
        }
    }
}
