//! Who may come in: whoever knows the token of this start. Another page in the same browser, or
//! another program that guesses the port, does not.

use anyhow::{Result, anyhow};
use axum::http::{HeaderMap, header};

const COOKIE: &str = "comptoir-headless";

/// The door of one start.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    port: u16,
    token: String,
}

impl Door {
    pub(crate) fn new(port: u16) -> Result<Door> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness: {error}"))?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Door { port, token })
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The address that opens the screen: it trades the token for a cookie of this page only.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// Whether this is the token.
    pub(crate) fn knows(&self, token: &str) -> bool {
        token == self.token
    }

    /// The cookie in the token's place.
    pub(crate) fn cookie(&self) -> String {
        format!("{COOKIE}={}; HttpOnly; SameSite=Strict; Path=/", self.token)
    }

    /// Whether a request comes from our own page, or from a program that was given the token.
    pub(crate) fn lets_in(&self, headers: &HeaderMap) -> bool {
        self.is_our_host(headers) && self.is_our_origin(headers) && self.has_token(headers)
    }

    /// A name that was made to point here is not our name.
    fn is_our_host(&self, headers: &HeaderMap) -> bool {
        let ours = [
            format!("127.0.0.1:{}", self.port),
            format!("localhost:{}", self.port),
        ];
        text(headers, header::HOST).is_some_and(|host| ours.iter().any(|own| own == host))
    }

    fn is_our_origin(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = text(headers, header::ORIGIN) else {
            return true;
        };
        text(headers, header::HOST).is_some_and(|host| origin == format!("http://{host}"))
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let bearer = text(headers, header::AUTHORIZATION)
            .and_then(|value| value.strip_prefix("Bearer "))
            .is_some_and(|token| self.knows(token));
        let in_cookie = || {
            let cookies = text(headers, header::COOKIE).unwrap_or_default();
            cookies
                .split(';')
                .filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))
                .any(|token| self.knows(token))
        };
        bearer || in_cookie()
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
