//! Where a server is, as people type it.

use reqwest::Url;

use crate::wire::{ApiError, Code};

const ADDRESS_CHARACTERS_MAX: usize = 300;

/// The address of a server: `https`, or `http` on this very machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress(Url);

impl ServerAddress {
    /// Reads what was typed: a host, with or without a port, or an address with its scheme.
    pub fn read(typed: &str) -> Result<ServerAddress, ApiError> {
        let invalid = |why: &str| ApiError::new(Code::AddressInvalid, why);
        let typed = typed.trim();
        if typed.is_empty() || typed.chars().count() > ADDRESS_CHARACTERS_MAX {
            return Err(invalid("empty or too long"));
        }
        let text = if typed.contains("://") {
            typed.to_owned()
        } else {
            format!("https://{typed}")
        };
        let mut url = Url::parse(&text).map_err(|error| invalid(&error.to_string()))?;
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_here(&url));
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        if !secure || !plain || url.fragment().is_some() || url.host_str().is_none() {
            return Err(invalid("not an https address"));
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(ServerAddress(url))
    }

    /// The address of one call.
    pub(super) fn call(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let path = format!("{}{path}", url.path());
        url.set_path(&path);
        url
    }
}

impl std::fmt::Display for ServerAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_host_is_secure_and_plain_text_stays_on_this_machine() {
        for (typed, address) in [
            ("hub.example", "https://hub.example"),
            (" hub.example:8443 ", "https://hub.example:8443"),
            ("https://hub.example/till/", "https://hub.example/till"),
            ("192.168.1.20:4443", "https://192.168.1.20:4443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://localhost", "http://localhost"),
        ] {
            let read = ServerAddress::read(typed).map(|read| read.to_string());
            assert_eq!(read.as_deref(), Ok(address), "{typed}");
        }
        let url = ServerAddress::read("https://hub.example/till").unwrap();
        assert_eq!(
            url.call("v1/push").as_str(),
            "https://hub.example/till/v1/push"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for typed in [
            "",
            "http://hub.example",
            "http://127.0.0.1.example",
            "ftp://hub.example",
            "https://",
            "https://user:secret@hub.example",
            "https://hub.example/?x=1",
            "hub example",
            &"a".repeat(10_000),
        ] {
            let refused = ServerAddress::read(typed).map_err(|error| error.code);
            assert_eq!(refused, Err(Code::AddressInvalid), "{typed:.40}");
        }
    }
}
