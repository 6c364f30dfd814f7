//! Receipts and reports as they come out of a printer: the bytes are read back by an emulator that
//! shares no code with the writer.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::{check_golden, keep_picture, market_sale, order_in_part, saturday, settled_order};
use comptoir_documents::document::{Barcode, Bitmap, Block};
use comptoir_documents::escpos::{PrinterProfile, drawer_kick, render};
use comptoir_documents::{Document, Language, grid, receipt, z_report};
use comptoir_domain::money::Money;
use comptoir_testkit::escpos::{Command, Paper, Printed, compare_picture, parse, print};

fn printed(document: &Document, profile: &PrinterProfile) -> Printed {
    let job = render(document, profile).unwrap();
    let paper = match profile.columns {
        32 => Paper::GENERIC_58,
        _ => Paper::EPSON_80,
    };
    let printed = print(&job, paper);
    assert_eq!(printed.unknown, Vec::<Vec<u8>>::new());
    assert_eq!(printed.undecodable, Vec::<u8>::new());
    assert_eq!(printed.overflows, 0);
    printed
}

fn documents() -> Vec<(&'static str, Document)> {
    let mut practice = market_sale();
    practice.practice = true;
    practice.cash_rounding = Some(Money::minor(-2));
    practice.tenders[0].amount = Money::minor(3125);
    practice.change = Some(Money::minor(875));
    vec![
        (
            "sale-fr",
            receipt::lay_out(&market_sale(), Language::French),
        ),
        (
            "sale-en",
            receipt::lay_out(&market_sale(), Language::English),
        ),
        (
            "order-en",
            receipt::lay_out(&settled_order(), Language::English),
        ),
        (
            "order-fr",
            receipt::lay_out(&settled_order(), Language::French),
        ),
        (
            "part-fr",
            receipt::lay_out(&order_in_part(), Language::French),
        ),
        ("practice-fr", receipt::lay_out(&practice, Language::French)),
        ("z-fr", z_report::lay_out(&saturday(), Language::French)),
        ("z-en", z_report::lay_out(&saturday(), Language::English)),
    ]
}

#[test]
fn the_layout_is_as_agreed() {
    for (name, document) in documents() {
        for columns in [48, 32] {
            let rows = grid::set(&document, columns);
            check_golden(
                &format!("layout-{name}-{columns}"),
                &grid::to_text(&rows, columns),
            );
        }
    }
}

#[test]
fn the_paper_says_what_the_layout_says() {
    for (name, document) in documents() {
        for profile in PrinterProfile::presets() {
            let columns = profile.columns();
            let printed = printed(&document, &profile);
            let name = format!("{name}-{}", profile.name.to_lowercase().replace(' ', "-"));
            keep_picture(&name, &printed.png().unwrap());
            check_golden(&format!("paper-{name}"), &format!("{}\n", printed.text()));
            for line in &printed.lines {
                assert!(
                    line.chars().count() <= columns.max(24) || line.starts_with('['),
                    "{line}"
                );
            }
        }
    }
}

/// Whoever changes the look of a receipt looks at it: what is another on each sale is left out.
#[test]
fn a_receipt_looks_as_agreed() {
    for (profile, language) in [
        (PrinterProfile::epson_80(), Language::French),
        (PrinterProfile::generic_58(), Language::English),
    ] {
        let document = receipt::lay_out(&market_sale(), language);
        let printed = printed(&document, &profile);
        let volatile = ["A-R-000123", "10:42", "[QR", "[PICTURE", "7K3F-Q9WD"];
        let name = format!("picture-sale-{}.png", profile.columns);
        let golden = common::golden_file(&name);
        let same = compare_picture(&printed.picture_without(&volatile), &golden);
        assert_eq!(same, Ok(()), "{name}");
    }
}

#[test]
fn a_job_begins_with_reset_and_code_page_and_ends_with_a_cut() {
    let document = receipt::lay_out(&market_sale(), Language::French);
    let job = render(&document, &PrinterProfile::epson_80()).unwrap();
    assert!(
        job.starts_with(b"\x1b@\x1bR\x00\x1b3\x1e\x1bt\x13"),
        "{:x?}",
        &job[..12]
    );
    assert!(job.ends_with(b"\x1dVB\x00"));
    let small = render(&document, &PrinterProfile::generic_58()).unwrap();
    assert!(small.starts_with(b"\x1b@\x1c.\x1bR\x00\x1b3\x1e\x1bt\x35"));
    assert!(
        !parse(&small)
            .iter()
            .any(|command| matches!(command, Command::Cut { .. }))
    );
}

#[test]
fn a_drawer_kick_is_one_whole_command() {
    let kick = drawer_kick(&PrinterProfile::epson_80()).unwrap();
    assert_eq!(
        parse(&kick),
        [Command::Drawer {
            pin: 0,
            on: 50,
            off: 250
        }]
    );
    let mut without = PrinterProfile::epson_80();
    without.drawer = None;
    assert_eq!(drawer_kick(&without), None);
}

#[test]
fn a_name_in_another_script_is_drawn_and_nothing_is_lost() {
    let mut content = market_sale();
    for name in ["有機蘋果", "تفاح أحمر", "Ψωμί με ελιές", "🥕 Carottes"] {
        content.lines[0].name = name.to_owned();
        let document = receipt::lay_out(&content, Language::French);
        let job = render(&document, &PrinterProfile::generic_58()).unwrap();
        let pictures = parse(&job)
            .iter()
            .filter(|command| matches!(command, Command::Raster { rows: 30, .. }))
            .count();
        assert_eq!(pictures, 1, "{name}");
        let name = name.chars().next().unwrap() as u32;
        keep_picture(
            &format!("script-{name:x}"),
            &printed(&document, &PrinterProfile::generic_58())
                .png()
                .unwrap(),
        );
    }
}

#[test]
fn cyrillic_goes_out_in_its_own_page_and_the_next_row_returns() {
    let mut content = market_sale();
    content.lines[0].name = "Гречка".to_owned();
    let document = receipt::lay_out(&content, Language::French);
    let printed = printed(&document, &PrinterProfile::epson_80());
    assert!(printed.text().contains("Гречка"));
    assert!(printed.text().contains("Caisse A"));
    assert!(printed.text().contains("31,27 €"));
}

#[test]
fn the_same_content_gives_the_same_bytes_after_a_trip_through_storage() {
    let content = market_sale();
    let stored = serde_json::to_string(&content).unwrap();
    let back = serde_json::from_str(&stored).unwrap();
    assert_eq!(content, back);
    let bytes = |content| {
        render(
            &receipt::lay_out(content, Language::French),
            &PrinterProfile::epson_80(),
        )
    };
    assert_eq!(bytes(&content), bytes(&back));
}

#[test]
fn pictures_and_barcodes_come_out_whole() {
    let mut logo = Bitmap::white(100, 300);
    for y in 0..300 {
        logo.blacken(y % 100, y);
    }
    let document = Document {
        blocks: vec![
            Block::Image(logo),
            Block::Barcode(Barcode::code_128("A-R-000123{1}").unwrap()),
        ],
    };
    let printed = printed(&document, &PrinterProfile::epson_80());
    // Tall pictures are sent in bands.
    assert_eq!(
        printed.lines[..3],
        [
            "[PICTURE 576 x 240]",
            "[PICTURE 576 x 60]",
            "[BARCODE A-R-000123{1}]"
        ]
    );
    keep_picture("barcode", &printed.png().unwrap());
    assert!(Barcode::code_128("caf\u{e9}").is_err());
    assert!(Barcode::code_128("").is_err());
}

#[test]
fn a_qr_code_that_holds_too_much_is_refused() {
    let mut content = market_sale();
    content.reference = "x".repeat(3000);
    let document = receipt::lay_out(&content, Language::French);
    let refused = render(&document, &PrinterProfile::epson_80()).unwrap_err();
    assert_eq!(refused.code(), "qr_too_long");
}

#[test]
fn a_profile_with_impossible_figures_still_prints() {
    let mut profile = PrinterProfile::generic_58();
    profile.columns = 0;
    profile.dots = 0;
    profile.code_pages.clear();
    let document = receipt::lay_out(&market_sale(), Language::French);
    assert!(render(&document, &profile).unwrap().starts_with(b"\x1b@"));
}

#[test]
fn the_qr_code_can_be_read_from_the_paper() {
    let document = receipt::lay_out(&market_sale(), Language::French);
    for profile in PrinterProfile::presets() {
        let picture = printed(&document, &profile).picture();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut sheet = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            picture.get_pixel(x as u32, y as u32).0[0]
        });
        let codes = sheet.detect_grids();
        let texts: Vec<String> = codes.iter().map(|code| code.decode().unwrap().1).collect();
        assert_eq!(texts, [market_sale().reference], "{}", profile.name);
    }
}
