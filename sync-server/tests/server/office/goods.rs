//! Products and their stock.

use serde_json::{Value, json};

use super::{Office, action, refusal};

#[tokio::test]
async fn a_figure_of_stock_is_explained_without_a_gap() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let eggs = office.variant("P2");
    let enter = |entry: &str, quantity: i64, reason: &str| {
        json!({
            "action": action(),
            "place": office.place(),
            "entry": {"entry": entry},
            "lines": [{"variant": eggs, "quantity": quantity}],
            "reason": reason,
        })
    };
    let delivered = enter("delivery", 5000, "DN 17");
    let figures = office.post(&browser, "stock", &delivered).await;
    assert_eq!(figures["rows"][0]["onHand"], 25_000);
    office.post(&browser, "stock", &delivered).await;
    let wasted = office
        .post(&browser, "stock", &enter("waste", 1000, "broken"))
        .await;
    assert_eq!(wasted["rows"][0]["onHand"], 24_000);
    let counted = office
        .post(&browser, "stock", &enter("count", 22_000, ""))
        .await;
    assert_eq!(counted["rows"][0]["onHand"], 22_000);
    let unsaid = enter("waste", 1000, " ");
    assert_eq!(
        office.refused(&browser, "stock", &unsaid).await,
        refusal(422, "reason_missing")
    );
    let path = format!("products/{eggs}/moves?place={}", office.place());
    let moves = office.get(&browser, &path).await;
    let rows = moves["rows"].as_array().unwrap();
    assert_eq!(moves["onHand"], 22_000);
    let reasons: Vec<&str> = rows
        .iter()
        .map(|row| row["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["counted", "wasted", "received", "received"]);
    for pair in rows.windows(2) {
        let (younger, older) = (&pair[0], &pair[1]);
        let before = younger["after"].as_i64().unwrap() - younger["change"].as_i64().unwrap();
        assert_eq!(before, older["after"].as_i64().unwrap());
    }
    let order = office.order().await;
    let product = office.get(&browser, &format!("products/{eggs}")).await;
    assert_eq!(product["stock"][0]["reserved"], 2000);
    assert_eq!(product["reservations"][0]["order"], json!(order));
}

#[tokio::test]
async fn a_changed_price_is_in_the_audit_with_what_it_was() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let path = format!("products/{}", office.variant("P3"));
    let product = office.get(&browser, &path).await;
    let mut fields = product["fields"].clone();
    fields["price"] = json!(790);
    let save = json!({"action": action(), "seen": product["seen"], "fields": fields});
    let saved = office.post(&browser, &path, &save).await;
    assert_eq!(saved["fields"]["price"], 790);
    let stale = json!({"action": action(), "seen": product["seen"], "fields": saved["fields"]});
    assert_eq!(
        office.refused(&browser, &path, &stale).await,
        refusal(409, "changed_meanwhile")
    );
    fields["code"] = json!("P2");
    let taken = json!({"action": action(), "seen": saved["seen"], "fields": fields});
    assert_eq!(
        office.refused(&browser, &path, &taken).await,
        refusal(422, "code_taken")
    );
    let audit = format!("audit?thing=variant&id={}", office.variant("P3"));
    let audit = office.get(&browser, &audit).await;
    let row = &audit["rows"][0];
    assert_eq!(row["deed"]["by"]["name"], "Mary");
    let changes = row["changes"].as_array().unwrap();
    let variant = changes
        .iter()
        .find(|change| change["thing"] == "variant")
        .unwrap();
    assert_eq!(
        variant["fields"],
        json!([{"field": "price", "old": "750", "new": "790"}])
    );
}

#[tokio::test]
async fn a_delivery_is_counted_against_what_was_announced_and_the_difference_is_kept() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let lines = |eggs: Value, carrots: Value| {
        json!({
            "action": action(),
            "place": office.place(),
            "entry": {"entry": "delivery"},
            "lines": [eggs, carrots],
            "reason": "DN 18",
        })
    };
    let line = |code: &str, came: i64, announced: Option<i64>| json!({"variant": office.variant(code), "quantity": came, "announced": announced});
    let before = office
        .get(&browser, &format!("products/{}", office.variant("P2")))
        .await;
    let before = before["stock"][0]["onHand"].as_i64().unwrap();
    let delivery = lines(line("P2", 9_000, Some(10_000)), line("P1", 0, Some(5_000)));
    let figures = office.post(&browser, "stock", &delivery).await;
    assert_eq!(
        figures["rows"][0]["onHand"],
        before + 9_000,
        "what came counts"
    );
    let audit = office.get(&browser, "audit").await;
    let fact = &audit["rows"][0]["deed"]["facts"][0];
    assert_eq!(fact["code"], "goods_delivered_otherwise");
    let differing = fact["values"]["differing"]["value"].as_str().unwrap();
    assert!(
        differing.contains(" 9/10") && differing.contains(" 0/5"),
        "{differing}"
    );

    let nothing = lines(line("P2", 0, None), line("P1", 1_000, None));
    let negative = lines(line("P2", 1_000, Some(-1)), line("P1", 1_000, None));
    let huge = lines(line("P2", 1_000, Some(i64::MAX)), line("P1", 1_000, None));
    let mut count = lines(line("P2", 1_000, Some(1_000)), line("P1", 1_000, None));
    count["entry"] = json!({"entry": "count"});
    for wrong in [nothing, negative, huge, count] {
        let (status, code) = office.refused(&browser, "stock", &wrong).await;
        assert_eq!(status, 422, "{code}: {wrong}");
    }
    let after = office
        .get(&browser, &format!("products/{}", office.variant("P2")))
        .await;
    assert_eq!(
        after["stock"][0]["onHand"],
        before + 9_000,
        "nothing changed"
    );
}
