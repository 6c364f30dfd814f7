//! The description that the server serves is true of what it takes and answers.

use comptoir_domain::entry::EntrySignature;
use comptoir_domain::ids::AttachmentId;
use comptoir_sync::protocol::{
    Attachment, ChallengeReply, ChallengeRequest, PullRequest, SessionRequest, challenge_bytes,
};
use ed25519_dalek::Signer;
use serde::Serialize;
use serde_json::{Value, json};

use crate::trade::{Side, id};
use crate::world::{World, enrol_request, push_request, read};

/// The shape of an answer to a call, as the description states it.
fn schema_of(document: &Value, method: &str, path: &str, status: u16) -> Value {
    let answer = &document["paths"][path][method]["responses"][status.to_string()];
    let shape = &answer["content"]["application/json"]["schema"];
    assert!(shape.is_object(), "{method} {path} {status} is described");
    json!({
        "$ref": shape["$ref"],
        "components": closed(&document["components"]),
    })
}

/// The shape of what a call takes, as the description states it.
fn schema_of_request(document: &Value, path: &str) -> Value {
    let body = &document["paths"][path]["post"]["requestBody"];
    let shape = &body["content"]["application/json"]["schema"];
    assert!(shape.is_object(), "the request of {path} is described");
    json!({
        "$ref": shape["$ref"],
        "components": closed(&document["components"]),
    })
}

/// The same shapes, which admit no field that they do not name: what the server sends beyond its
/// description is found, too.
fn closed(shape: &Value) -> Value {
    match shape {
        Value::Object(fields) => {
            let mut fields: serde_json::Map<String, Value> = fields
                .iter()
                .map(|(name, value)| (name.clone(), closed(value)))
                .collect();
            if fields.contains_key("properties") && fields.get("type") == Some(&json!("object")) {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            Value::Object(fields)
        }
        Value::Array(items) => Value::Array(items.iter().map(closed).collect()),
        plain => plain.clone(),
    }
}

fn assert_true(document: &Value, method: &str, path: &str, status: u16, answer: &Value) {
    let schema = schema_of(document, method, path, status);
    let errors = differences(&schema, answer);
    assert!(
        errors.is_empty(),
        "{method} {path} {status}: {errors:?}\n{answer:#}"
    );
}

fn differences(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    validator
        .iter_errors(value)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect()
}

async fn description(world: &World) -> Value {
    let response = world.client.get(world.url("/v1/openapi.json")).send().await;
    response.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn every_described_call_exists() {
    let world = World::start().await;
    let document = description(&world).await;
    let paths = document["paths"].as_object().unwrap();
    let of_office = |path: &&str| path.starts_with("/office/api/");
    let described = paths.keys().map(String::as_str);
    let mut described: Vec<&str> = described.filter(|path| !of_office(path)).collect();
    described.sort_unstable();
    assert_eq!(
        described,
        [
            "/healthz",
            "/v1/desk",
            "/v1/enrol",
            "/v1/hello",
            "/v1/pull",
            "/v1/push",
            "/v1/session",
            "/v1/session/challenge",
            "/v1/shop/catalogue",
            "/v1/shop/orders",
            "/v1/shop/orders/{order}",
            "/v1/shop/orders/{order}/amend",
            "/v1/shop/orders/{order}/cancel",
            "/v1/shop/slots",
            "/v1/shop/webhook/deliveries",
            "/v1/shop/webhook/replay",
        ]
    );
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase().parse().unwrap();
            let response = world
                .client
                .request(method, world.url(path))
                .send()
                .await
                .unwrap();
            assert_ne!(response.status(), 404, "{path}");
        }
    }
}

#[tokio::test]
async fn requests_and_answers_have_the_described_shape() {
    let world = World::start().await;
    let document = description(&world).await;
    for path in ["/healthz", "/v1/hello"] {
        let answer = world.client.get(world.url(path)).send().await.unwrap();
        assert_true(&document, "get", path, 200, &answer.json().await.unwrap());
    }
    let mut till = world.till(1).await;
    till.sell(&world.bench, 2);
    let entries = till.side.entries.clone();
    let mut forged = entries.clone();
    forged[1].body = "{}".to_owned();
    let code = world.code().await.to_string();
    let enrol = enrol_request(&code, &Side::till(2), Some("AR"));
    let challenge = ChallengeRequest {
        till: till.side.till_id(),
    };
    let pull = |epoch: Option<&str>| PullRequest {
        since: epoch.map(|epoch| comptoir_sync::feed::Cursor {
            feed_epoch: epoch.to_owned(),
            position: 1,
        }),
        limit: 10,
        wait_ms: 0,
    };
    let push = |entries| value(&push_request(&till.side, entries));
    let mut with_text = push_request(&till.side, &entries);
    with_text.attachments.push(Attachment {
        id: AttachmentId::from_uuid(id(501)),
        entry: entries[0].read_header().unwrap().entry_ref(),
        salt: "03".repeat(16),
        content: "no onions".to_owned(),
    });
    let asked = world.post("/v1/session/challenge", None, &challenge).await;
    let asked: ChallengeReply = read(asked).await;
    let signed = challenge_bytes(till.side.till_id(), asked.challenge);
    let session = SessionRequest {
        till: till.side.till_id(),
        challenge: asked.challenge,
        signature: EntrySignature(till.side.key.sign(&signed).to_bytes()),
    };
    let token = Some(till.token.as_str());
    let desk = json!({
        "till": till.side.till_id(),
        "sent_at": 1,
        "open": [{"order": id(1), "since": 1, "by": id(2), "put_aside": true, "taken_over": true}],
        "parked": [{"order": id(3), "since": 1, "by": id(2), "names": ["Apples"], "lines": 1,
            "total": 250, "has_money": true, "snapshot": "{}"}],
        "moves": [
            {"move": "ask", "claim": id(4), "order": id(3), "owner": id(5)},
            {"move": "withdraw", "claim": id(4)},
            {"move": "give", "claim": id(6), "order": id(3), "claimant": id(5), "giving": id(7),
                "snapshot": "{}"},
            {"move": "refuse", "claim": id(4), "why": "has_money"},
            {"move": "take", "claim": id(4)},
            {"move": "return", "claim": id(4)},
        ],
    });
    let mut foreign = desk.clone();
    foreign["till"] = value(&id(5));
    let calls = [
        ("/v1/enrol", None, value(&enrol), 200),
        ("/v1/enrol", None, json!({}), 400),
        (
            "/v1/enrol",
            None,
            value(&enrol_request("wrong", &Side::till(3), None)),
            403,
        ),
        ("/v1/session/challenge", None, value(&challenge), 200),
        ("/v1/push", None, push(&entries), 401),
        ("/v1/push", token, push(&entries[1..]), 200),
        ("/v1/push", token, push(&forged), 200),
        ("/v1/push", token, push(&entries), 200),
        ("/v1/push", token, value(&with_text), 200),
        ("/v1/session", None, value(&session), 200),
        ("/v1/session", None, value(&session), 401),
        ("/v1/pull", token, value(&pull(None)), 200),
        ("/v1/pull", token, value(&pull(Some("another"))), 200),
        ("/v1/pull", None, value(&pull(None)), 401),
        ("/v1/desk", token, desk.clone(), 200),
        ("/v1/desk", token, foreign, 403),
        ("/v1/desk", token, json!({"till": 1}), 400),
        ("/v1/desk", None, desk, 401),
    ];
    for (path, token, request, status) in calls {
        let errors = differences(&schema_of_request(&document, path), &request);
        assert_eq!(
            errors.is_empty(),
            status != 400,
            "{path}: {errors:?}\n{request:#}"
        );
        let response = world.post(path, token, &request).await;
        assert_eq!(response.status(), status, "{path}");
        assert_true(
            &document,
            "post",
            path,
            status,
            &response.json().await.unwrap(),
        );
    }
}

fn value(request: &impl Serialize) -> Value {
    serde_json::to_value(request).unwrap()
}
