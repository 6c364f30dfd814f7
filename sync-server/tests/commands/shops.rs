//! `shop-key` and `webhook`: connected stores, as somebody at the server's terminal sets them up.

use crate::desk::Desk;

#[test]
fn a_webhook_belongs_to_a_key_and_its_secret_is_shown_once() {
    let desk = Desk::with_hub();
    let said = |arguments: &[&str]| desk.run(arguments).unwrap();
    let refused = |arguments: &[&str]| desk.run(arguments).unwrap_err().1.to_string();
    let hook = "https://shop.example/hook";
    assert!(refused(&["webhook", "add", "Web shop", hook]).contains("no key is called"));
    assert!(refused(&["shop-key", "add", "Web shop", "--scopes", "money"]).contains("all_orders"));
    said(&["shop-key", "add", "Web shop", "--scopes", "orders"]);
    for wrong in ["ftp://shop.example", "shop", "https://a:b@shop.example"] {
        assert!(refused(&["webhook", "add", "Web shop", wrong]).contains("address"));
    }
    let unknown = [
        "webhook",
        "add",
        "Web shop",
        hook,
        "--events",
        "order.eaten",
    ];
    assert!(refused(&unknown).contains("order.placed"));
    let added = said(&[
        "webhook",
        "add",
        "Web shop",
        hook,
        "--events",
        "order.placed",
    ]);
    let secret = added.lines().last().unwrap();
    assert_eq!(secret.len(), 64);
    assert!(refused(&["webhook", "add", "Web shop", hook]).contains("already"));
    let listed = said(&["webhook", "list"]);
    assert!(listed.contains("Web shop: https://shop.example/hook (order.placed; told up to"));
    assert!(!listed.contains(secret));
    said(&["webhook", "replay", "Web shop", "--from", "1"]);
    assert!(said(&["webhook", "list"]).contains("told up to 0"));
    said(&["webhook", "remove", "Web shop"]);
    assert_eq!(said(&["webhook", "list"]), "");
    assert!(refused(&["webhook", "remove", "Web shop"]).contains("has no webhook"));
}
