//! Products and their stock.

use serde_json::json;

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
