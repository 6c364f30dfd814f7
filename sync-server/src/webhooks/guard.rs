//! Whom a webhook may reach. The server stands inside a network that others do not see into: an address
//! that a store gives must not make it knock at doors there. Names are resolved and checked at the moment
//! of connecting, and what was checked is what is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Why an address is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    #[error("the address cannot be read")]
    Unreadable,
    #[error("the address is no http or https address")]
    Scheme,
    #[error("the address holds a name and password")]
    Credentials,
    #[error("the address is inside a private network")]
    Private,
}

/// Reads an address, and refuses what is private as it stands there. Names are checked when they are
/// connected to.
pub fn checked_url(text: &str, allow_private: bool) -> Result<Url, Forbidden> {
    let url = Url::parse(text).map_err(|_| Forbidden::Unreadable)?;
    if !["http", "https"].contains(&url.scheme()) {
        return Err(Forbidden::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Forbidden::Credentials);
    }
    let host = url.host_str().ok_or(Forbidden::Unreadable)?;
    let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    match literal {
        Some(address) if !allow_private && !is_public(address) => Err(Forbidden::Private),
        _ => Ok(url),
    }
}

/// Resolves names to public addresses only.
#[derive(Debug, Clone, Copy)]
pub(super) struct GuardedNames {
    pub(super) allow_private: bool,
}

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| allow_private || is_public(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(Forbidden::Private.into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is one of the open network's.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let protocols = first == 192 && second == 0 && third == 0;
    let measuring = first == 198 && (18..20).contains(&second);
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast();
    !(special || shared || protocols || measuring || first == 0 || first >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inside) = address.to_ipv4_mapped() {
        return is_public_v4(inside);
    }
    let parts = address.segments();
    let [.., high, low] = parts;
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // Translated (RFC 6052) and tunnelled (RFC 3056) addresses lead to the one inside them.
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => is_public_v4(v4(high, low)),
        [0x2002, inside_high, inside_low, ..] => is_public_v4(v4(inside_high, inside_low)),
        // Teredo, benchmarks, documentation and the like.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inside_a_network_is_public() {
        for inside in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "193.0.6.139",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn addresses_are_refused_as_they_stand() {
        let check = |text: &str| checked_url(text, false).map(|_| ());
        assert_eq!(check("https://shop.example/hook"), Ok(()));
        assert_eq!(check("http://127.0.0.1/"), Err(Forbidden::Private));
        assert_eq!(check("http://2130706433/"), Err(Forbidden::Private));
        assert_eq!(check("http://0x7f.1/"), Err(Forbidden::Private));
        assert_eq!(check("http://[::1]/"), Err(Forbidden::Private));
        assert_eq!(check("ftp://shop.example"), Err(Forbidden::Scheme));
        assert_eq!(
            check("https://a:b@shop.example"),
            Err(Forbidden::Credentials)
        );
        assert_eq!(check("shop"), Err(Forbidden::Unreadable));
        assert!(checked_url("http://127.0.0.1/", true).is_ok());
    }
}
