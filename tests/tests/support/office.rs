//! Somebody at the hub's desk, reached as the office's pages reach the server.

use serde::Serialize;
use serde_json::{Value, json};

use super::hub::{Hub, fresh, wait};

const PASSWORD: &str = "honey and eggs and bread";

/// A person who is logged in.
pub(crate) struct Office {
    client: reqwest::Client,
    address: String,
    cookie: String,
    token: String,
}

impl Office {
    /// The manager sets a password with a code from the administrator, and is in.
    pub(crate) fn log_in(hub: &Hub) -> Office {
        let said = hub.command(&["office-password", "Maud"]);
        let code = said.trim().rsplit(' ').next().expect("the code is shown");
        let address = hub.address();
        let client = reqwest::Client::new();
        let reset = client
            .post(format!("{address}/office/api/reset"))
            .json(&json!({"code": code, "new": PASSWORD}));
        let (cookie, session) = wait(async {
            let response = reset.send().await.unwrap();
            let cookie = response.headers().get("set-cookie").cloned();
            let cookie = cookie.expect("a session begins");
            let session: Value = response.json().await.unwrap();
            (cookie.to_str().unwrap().to_owned(), session)
        });
        Office {
            client,
            address,
            cookie: cookie.split(';').next().unwrap_or_default().to_owned(),
            token: session["token"].as_str().expect("a token").to_owned(),
        }
    }

    pub(crate) fn gets(&self, path: &str) -> Value {
        let request = self.client.get(self.url(path));
        answered(request.header("cookie", &self.cookie))
    }

    /// Does something; an action that is not named yet gets a fresh one.
    pub(crate) fn posts(&self, path: &str, body: &impl Serialize) -> Value {
        let request = self.client.post(self.url(path)).json(body);
        let request = request.header("cookie", &self.cookie);
        answered(request.header("x-office-token", &self.token))
    }

    /// Does something to an order as this person sees it now.
    pub(crate) fn changes(&self, order: &str, how: &str, mut what: Value) -> Value {
        let seen = self.gets(&format!("orders/{order}"));
        what["action"] = json!(fresh());
        what["rev"] = seen["rev"].clone();
        self.posts(&format!("orders/{order}/{how}"), &what)
    }

    fn url(&self, path: &str) -> String {
        format!("{}/office/api/{path}", self.address)
    }
}

fn answered(request: reqwest::RequestBuilder) -> Value {
    wait(async {
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).unwrap()
    })
}
