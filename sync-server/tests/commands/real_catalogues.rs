//! Large catalogues of real groceries, where somebody has them: `COMPTOIR_CATALOGUES` names the
//! folder with `products-8k.csv.gz`, `products-100k.csv.gz` and `instore-codes-2k.csv.gz`.

use std::fs::File;
use std::io::copy;
use std::path::Path;

use flate2::read::GzDecoder;

use crate::desk::Desk;

#[test]
fn real_catalogues_come_in_whole() {
    let Some(folder) = std::env::var_os("COMPTOIR_CATALOGUES") else {
        eprintln!("SKIPPED: COMPTOIR_CATALOGUES names no folder with real catalogues");
        return;
    };
    let desk = Desk::with_hub();
    // The smaller one is the beginning of the larger one.
    for (name, rows, added) in [
        ("products-8k.csv.gz", 8_000, 8_000),
        ("instore-codes-2k.csv.gz", 2_000, 2_000),
        ("products-100k.csv.gz", 100_000, 92_000),
    ] {
        let packed = File::open(Path::new(&folder).join(name)).unwrap();
        let file = desk.path("catalogue.csv");
        copy(
            &mut GzDecoder::new(packed),
            &mut File::create(&file).unwrap(),
        )
        .unwrap();
        let said = desk
            .run(&["import", "catalogue", file.to_str().unwrap()])
            .unwrap();
        assert!(
            said.contains(&format!("{rows} rows: {added} to add, 0 to update")),
            "{said}"
        );
    }
    let butter = desk.variant("4006040321019").unwrap();
    assert_eq!(butter.name, "Pâtes à Tartiner Bio");
    desk.run(&["verify"]).unwrap();
}
