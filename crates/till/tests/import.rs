//! Products from a file, on a till that works alone.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use comptoir_domain::event::Event;
use comptoir_domain::money::Money;
use comptoir_till::catalogue::{Buyer, Finder, Wanted};
use comptoir_till::store::{entries_from, epoch_heads};
use comptoir_till::wire::{
    ApiError, CatalogueImport, Code, ImportCode, ImportReport, SetupAlone, ShiftOpen,
};
use comptoir_till::{Core, TillError};
use support::*;

/// A till that is open and has no products.
fn empty_till(bench: &Bench) -> Core {
    let mut core = bench.open();
    core.setup_alone(&SetupAlone {
        sample_products: false,
        ..setup()
    })
    .unwrap();
    bench.sign_in(&mut core);
    core.shift_open(&ShiftOpen {
        action: bench.action(),
        float: Money::minor(5000),
        denominations: Vec::new(),
    })
    .unwrap();
    core
}

fn file(bench: &Bench, text: &str) -> PathBuf {
    let path = bench.path().join("products.csv");
    fs::write(&path, text).unwrap();
    path
}

fn import(core: &mut Core, path: &Path, dry_run: bool) -> Result<ImportReport, TillError> {
    core.catalogue_import(&CatalogueImport {
        path: path.display().to_string(),
        dry_run,
    })
}

fn code_of(error: TillError) -> Code {
    ApiError::from(error).code
}

const PRODUCTS: &str = "ref;nom;prix TTC;tva;stock\n\
    HON;Miel 500 g;7,50;5,5;12\n\
    BOU;Bougie;6,00;20;\n";

#[test]
fn a_file_of_any_form_is_sold_from_at_once() {
    let bench = Bench::new();
    let mut core = empty_till(&bench);
    let path = file(&bench, PRODUCTS);
    let dry = import(&mut core, &path, true).unwrap();
    assert_eq!((dry.done, dry.rows, dry.added), (false, 2, 2));
    assert!(try_scan(&mut core, "HON").is_err() || core.view().unwrap().notices.len() == 1);
    let report = import(&mut core, &path, false).unwrap();
    assert_eq!(
        (report.done, report.added, report.fault_count),
        (true, 2, 0)
    );
    scan(&mut core, "HON");
    let view = core.pay_add(&bench.cash(1000)).unwrap();
    assert_eq!(done(&view).change, minor(250));
    // Code and price are enough for new prices; what is sold already keeps its own.
    let path = file(&bench, "code,price\nHON,8.00\n");
    let report = import(&mut core, &path, false).unwrap();
    assert_eq!((report.added, report.updated), (0, 1));
    assert_eq!(order(&scan(&mut core, "HON")).total, minor(800));
    let again = import(&mut core, &path, false).unwrap();
    assert_eq!((again.updated, again.unchanged), (0, 1));
}

#[test]
fn what_came_in_is_in_the_journal_with_its_stock() {
    let bench = Bench::new();
    let mut core = empty_till(&bench);
    let path = file(&bench, PRODUCTS);
    import(&mut core, &path, false).unwrap();
    let heads = epoch_heads(core.connection()).unwrap();
    let entries = entries_from(core.connection(), heads[0].epoch, 1, usize::MAX).unwrap();
    let events: Vec<Event> = entries
        .iter()
        .flat_map(|entry| entry.sealed.read_body().unwrap().events)
        .collect();
    let imported = events.iter().any(|event| {
        matches!(
            event,
            Event::CatalogueImported {
                added: 2,
                updated: 0,
                ..
            }
        )
    });
    let received = events.iter().any(|event| {
        matches!(event, Event::StockMoved { moves, .. } if moves.len() == 1
            && moves[0].quantity.in_thousandths() == 12_000)
    });
    assert!(imported && received);
}

#[test]
fn with_one_bad_line_nothing_is_changed_and_every_bad_line_is_named() {
    let bench = Bench::new();
    let mut core = empty_till(&bench);
    let path = file(
        &bench,
        "code,name,price,tax\nA,Good,1.00,5.5\nB,No number,cheap,5.5\nC,No tax,1.00,7.7\nA,Twice,1.00,5.5\n,None,1.00,5.5\n",
    );
    let report = import(&mut core, &path, false).unwrap();
    assert!(!report.done);
    let faults: Vec<_> = report
        .faults
        .iter()
        .map(|note| (note.line, note.code))
        .collect();
    assert_eq!(
        faults,
        [
            (3, ImportCode::NotANumber),
            (4, ImportCode::TaxUnknown),
            (5, ImportCode::CodeTwice),
            (6, ImportCode::CodeMissing),
        ]
    );
    let products: i64 = core
        .connection()
        .query_row(
            "SELECT count(*) FROM entity WHERE kind = 'variant'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(products, 0);
}

#[test]
fn a_file_that_is_none_gets_a_plain_word() {
    let bench = Bench::new();
    let mut core = empty_till(&bench);
    let missing = bench.path().join("nothing.csv");
    assert_eq!(
        code_of(import(&mut core, &missing, false).unwrap_err()),
        Code::FileUnreadable
    );
    assert_eq!(
        code_of(import(&mut core, bench.path(), false).unwrap_err()),
        Code::FileUnreadable
    );
    for (text, code) in [
        (&b""[..], Code::FileEmpty),
        (b"PK\x03\x04 a workbook", Code::FileIsSpreadsheet),
        (b"code\0\0\0\x01\x02name", Code::FileNotText),
        (b"code;nom\nP1;\x81\n", Code::FileEncoding),
        (b"name,price\nHoney,1", Code::ColumnMissing),
        (b"code,colour\nA,red", Code::ColumnsUnknown),
        (b"code,price,prix\nA,1,1", Code::ColumnTwice),
        (b"code,prix HT\nA,1", Code::PriceTaxMode),
        (b"code,price_gbp\nA,1", Code::PriceCurrency),
    ] {
        let path = bench.path().join("products.csv");
        fs::write(&path, text).unwrap();
        assert_eq!(code_of(import(&mut core, &path, false).unwrap_err()), code);
    }
}

/// The list of a real shop. `COMPTOIR_CATALOGUES` names the folder with `products-8k.csv.gz`.
#[test]
fn a_real_catalogue_is_taken_in_found_and_sold_from() {
    let Ok(catalogues) = std::env::var("COMPTOIR_CATALOGUES") else {
        eprintln!("COMPTOIR_CATALOGUES is not set: no real catalogue is taken in");
        return;
    };
    let bench = Bench::new();
    let mut core = empty_till(&bench);
    let packed = fs::File::open(Path::new(&catalogues).join("products-8k.csv.gz")).unwrap();
    let path = bench.path().join("products-8k.csv");
    let mut unpacked = fs::File::create(&path).unwrap();
    std::io::copy(&mut flate2::read::GzDecoder::new(packed), &mut unpacked).unwrap();
    let report = import(&mut core, &path, false).unwrap();
    assert!(
        report.done,
        "{:?}",
        &report.faults[..report.faults.len().min(5)]
    );
    assert!(report.added > 5_000, "{}", report.added);
    let mut finder = Finder::open(core.database()).unwrap();
    let found = finder
        .search(&Wanted {
            text: "choc",
            category: None,
            limit: 10,
            location: None,
            buyer: Buyer::anybody(core.now()),
        })
        .unwrap();
    let priced = found
        .products
        .iter()
        .find(|product| product.price.is_some());
    let product = priced.unwrap();
    let view = scan(&mut core, &product.code);
    assert!(order(&view).total.is_positive());
}
