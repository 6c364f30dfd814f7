//! A large catalogue of real groceries, from the file to the sale: imported by the server, loaded by a
//! till, searched and sold from. `COMPTOIR_CATALOGUES` names the folder with `products-100k.csv.gz`.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]
#![allow(clippy::print_stderr, reason = "what is left out is said aloud")]

mod support;

use std::fs::File;
use std::path::Path;

use comptoir_domain::order::Order;
use comptoir_sync::feed::EntityKind;
use comptoir_till::wire::SearchResults;
use flate2::read::GzDecoder;
use serde_json::json;
use support::host::{Host, cash, scan, selling};
use support::hub::Hub;

/// "Pâtes à Tartiner Bio", the second product of the file.
const SPREAD: &str = "4006040321019";

#[test]
fn a_hundred_thousand_real_products_are_imported_loaded_searched_and_sold() {
    let Some(catalogues) = std::env::var_os("COMPTOIR_CATALOGUES") else {
        eprintln!("SKIPPED: COMPTOIR_CATALOGUES names no folder with real catalogues");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::open(&folder.path().join("server"));
    let file = folder.path().join("catalogue.csv");
    let packed = File::open(Path::new(&catalogues).join("products-100k.csv.gz")).unwrap();
    std::io::copy(
        &mut GzDecoder::new(packed),
        &mut File::create(&file).unwrap(),
    )
    .unwrap();
    let said = hub.command(&["import", "catalogue", file.to_str().unwrap()]);
    assert!(said.contains("100000 rows: 100000 to add"), "{said}");

    let host = Host::start(&folder.path().join("till"));
    host.begin(&hub.address(), &hub.code());
    let search = |text: &str| -> SearchResults {
        host.call(
            "product_search",
            &json!({ "text": text, "category": null, "limit": 20 }),
        )
        .unwrap()
    };
    for typed in ["pates tartiner", "patés à tartin", SPREAD, "tartinier bio"] {
        let found = search(typed).products;
        let names: Vec<&str> = found.iter().map(|card| card.name.as_str()).collect();
        assert!(
            names
                .iter()
                .any(|name| name.starts_with("Pâtes à Tartiner")),
            "{typed}: {names:?}"
        );
    }
    let view = host.done("order_scan", &scan(SPREAD));
    let order = selling(&view).order.clone().unwrap();
    assert_eq!(order.lines[0].name, "Pâtes à Tartiner Bio");
    assert_eq!(order.total.minor_units(), 399);
    host.done("pay_add", &cash(order.total));
    host.sent_everything();
    let sold: Vec<Order> = hub.things(EntityKind::ORDER);
    assert_eq!(sold.len(), 1);
    assert_eq!(sold[0].lines[0].code, SPREAD);
}
