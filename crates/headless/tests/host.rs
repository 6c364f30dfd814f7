//! The host as its users see it: a process that prints where it is and lets in who knows the token.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use serde_json::{Value, json};

struct Host {
    process: Child,
    port: u64,
    token: String,
    url: String,
}

impl Host {
    fn start(data: &Path, ui: &Path) -> Host {
        let mut process = Command::new(env!("CARGO_BIN_EXE_comptoir-headless"))
            .args(["--throw-away", "--data-dir"])
            .arg(data)
            .arg("--ui")
            .arg(ui)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        Host {
            process,
            port: said["port"].as_u64().unwrap(),
            token: said["token"].as_str().unwrap().to_owned(),
            url: said["url"].as_str().unwrap().to_owned(),
        }
    }

    fn rpc(&self, command: &str) -> reqwest::RequestBuilder {
        reqwest::Client::new()
            .post(format!("http://127.0.0.1:{}/rpc/{command}", self.port))
            .body("{}")
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It is gone already where the test killed it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn screen(folder: &Path) -> std::path::PathBuf {
    let ui = folder.join("ui");
    std::fs::create_dir(&ui).unwrap();
    std::fs::write(ui.join("index.html"), "<title>till</title>").unwrap();
    ui
}

#[tokio::test]
async fn only_who_knows_the_token_gets_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::start(&folder.path().join("till"), &screen(folder.path()));
    let bearer = format!("Bearer {}", host.token);

    let stranger = host.rpc("till_view").send().await.unwrap();
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    assert!(
        stranger
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );
    let wrong = host.rpc("till_view").header(AUTHORIZATION, "Bearer 00");
    assert_eq!(
        wrong.send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    let other_page = host
        .rpc("till_view")
        .header(AUTHORIZATION, &bearer)
        .header(ORIGIN, "http://evil.example");
    assert_eq!(
        other_page.send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    let other_name = host
        .rpc("till_view")
        .header(AUTHORIZATION, &bearer)
        .header(HOST, "evil.example");
    assert_eq!(
        other_name.send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );

    let known = host.rpc("till_view").header(AUTHORIZATION, &bearer);
    let view: Value = known.send().await.unwrap().json().await.unwrap();
    assert_eq!(view["screen"]["kind"], "setup");
}

#[tokio::test]
async fn the_page_trades_its_token_for_a_cookie() {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::start(&folder.path().join("till"), &screen(folder.path()));
    let page = reqwest::get(&host.url).await.unwrap();
    let cookie = page.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    assert_eq!(page.text().await.unwrap(), "<title>till</title>");
    let cookie = cookie.split(';').next().unwrap();
    let answer = host.rpc("till_view").header(COOKIE, cookie).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::OK);
    let plain = reqwest::get(format!("http://127.0.0.1:{}/", host.port)).await;
    assert!(plain.unwrap().headers().get("set-cookie").is_none());
    let outside = format!("http://127.0.0.1:{}/%2e%2e/till/till.lock", host.port);
    assert_eq!(
        reqwest::get(outside).await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_killed_till_shows_the_order_in_progress_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("till");
    let ui = screen(folder.path());
    let host = Host::start(&data, &ui);
    let call = async |host: &Host, command: &str, payload: Value| -> Value {
        let request = host
            .rpc(command)
            .header(AUTHORIZATION, format!("Bearer {}", host.token))
            .body(payload.to_string());
        request.send().await.unwrap().json().await.unwrap()
    };
    let view = call(
        &host,
        "setup_alone",
        json!({
            "practice": false, "sampleProducts": true, "hubName": "Hub", "locationName": "Shop",
            "country": "FR", "timeZone": "Europe/Paris", "legalLines": [], "tillCode": "A",
            "managerName": "Maud", "managerPin": "4711",
        }),
    )
    .await;
    let staff = &view["screen"]["view"]["staff"][0]["id"];
    call(
        &host,
        "staff_sign_in",
        json!({"staff": staff, "pin": "4711"}),
    )
    .await;
    let action = "019a0000-0000-7000-8000-000000000001";
    let open = json!({"action": action, "float": 0, "denominations": []});
    call(&host, "shift_open", open).await;
    let scan =
        json!({"code": "2000000000046", "symbology": null, "quantity": null, "confirmed": false});
    let view = call(&host, "order_scan", scan).await;
    assert_eq!(view["screen"]["view"]["order"]["total"], 750);
    drop(host);
    let host = Host::start(&data, &ui);
    let view = call(&host, "till_view", json!({})).await;
    assert_eq!(view["screen"]["kind"], "sell", "{view}");
    assert_eq!(view["screen"]["view"]["order"]["total"], 750);
}
