//! Receipts and reports that the tests share, and their golden texts.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod page;
pub(crate) mod waiting;

use std::path::PathBuf;

use comptoir_documents::content::{LocalTime, Seller, Software};
use comptoir_documents::receipt::{
    Adjustment, DepositLine, LineDiscount, OnlineSettlement, ReceiptContent, ReceiptLine,
    ReceiptTax, ReceiptTender,
};
use comptoir_documents::z_report::{
    BridgeLine, BridgeStep, CountAndAmount, ZCounts, ZReportContent, ZSum, ZTender, ZTurnover,
};
use comptoir_domain::country::{Country, Currency};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::tax::{TaxMode, TaxRate};
use comptoir_domain::time::Timestamp;

/// 21 November 2026, 10:42 in Paris.
pub(crate) const MORNING: LocalTime = LocalTime {
    at: Timestamp::from_unix_ms(1_795_254_120_000),
    offset_minutes: 60,
};

pub(crate) fn seller() -> Seller {
    Seller {
        name: "Le Panier du Coin".to_owned(),
        address_lines: vec!["12 rue des Halles".to_owned(), "44000 Nantes".to_owned()],
        vat_number: Some("FR 40 123456824".to_owned()),
        registration: Some("SIRET 123 456 824 00017".to_owned()),
        country: Country::from_code("FR").ok(),
    }
}

pub(crate) fn line(
    name: &str,
    quantity: Quantity,
    unit: Unit,
    price: i64,
    amount: i64,
) -> ReceiptLine {
    ReceiptLine {
        name: name.to_owned(),
        quantity,
        unit,
        unit_price: Money::minor(price),
        price_name: None,
        discount: None,
        amount: Money::minor(amount),
        tax_row: Some(0),
        waiting: None,
        deposits: Vec::new(),
    }
}

fn tax(ppm: i32, net: i64, tax: i64) -> ReceiptTax {
    ReceiptTax {
        rate: TaxRate::from_ppm(ppm),
        net: Money::minor(net),
        tax: Money::minor(tax),
        gross: Money::minor(net + tax),
        exemption_reason: None,
    }
}

fn tender(name: &str, amount: i64) -> ReceiptTender {
    ReceiptTender {
        name: name.to_owned(),
        amount: Money::minor(amount),
    }
}

fn software() -> Software {
    Software {
        name: "Comptoir".to_owned(),
        version: "0.1.0".to_owned(),
    }
}

/// A Saturday's shopping: weighed goods, a member's price, a discount, a deposit, two rates, cash.
pub(crate) fn market_sale() -> ReceiptContent {
    let mut bread = line(
        "Pain de campagne au levain",
        Quantity::ONE,
        Unit::Each,
        380,
        380,
    );
    bread.price_name = Some("Prix adhérent".to_owned());
    let mut tomatoes = line(
        "Tomates cœur de bœuf",
        Quantity::thousandths(850),
        Unit::Kilogram,
        420,
        307,
    );
    tomatoes.discount = Some(LineDiscount {
        reason: "Très mûres".to_owned(),
        amount: Money::minor(-50),
    });
    let mut juice = line(
        "Jus de pomme trouble de la ferme des Trois Chênes 1 l",
        Quantity::pieces(2),
        Unit::Each,
        320,
        640,
    );
    juice.deposits.push(DepositLine {
        name: "Consigne bouteille".to_owned(),
        quantity: Quantity::pieces(2),
        unit_price: Money::minor(30),
        amount: Money::minor(60),
        tax_row: Some(0),
    });
    let mut candle = line(
        "Bougie cire d'abeille",
        Quantity::ONE,
        Unit::Each,
        1250,
        1250,
    );
    candle.tax_row = Some(1);
    ReceiptContent {
        seller: seller(),
        number: "A-R-000123".to_owned(),
        till_code: "A".to_owned(),
        cashier: "Marie".to_owned(),
        issued_at: MORNING,
        currency: Currency::from_code("EUR").unwrap(),
        lines: vec![
            line(
                "Œufs plein air, boîte de 6",
                Quantity::pieces(2),
                Unit::Each,
                160,
                320,
            ),
            line(
                "Pommes Reinette grise",
                Quantity::thousandths(1125),
                Unit::Kilogram,
                240,
                270,
            ),
            bread,
            tomatoes,
            juice,
            candle,
        ],
        tax_mode: TaxMode::Inclusive,
        subtotal: Money::minor(3227),
        adjustments: vec![Adjustment {
            label: "Remise bénévole".to_owned(),
            amount: Money::minor(-100),
        }],
        taxes: vec![tax(55_000, 1796, 99), tax(200_000, 1027, 205)],
        total: Money::minor(3127),
        cash_rounding: None,
        tenders: vec![tender("Espèces", 3127)],
        tendered: Some(Money::minor(4000)),
        change: Some(Money::minor(873)),
        software: software(),
        signature_extract: Some("7K3F-Q9WD".to_owned()),
        reference: "comptoir:1:A-R-000123:7K3FQ9WD2M".to_owned(),
        footer: vec![
            "Merci et à bientôt !".to_owned(),
            "Ouvert mardi – samedi, 9\u{a0}h\u{a0}–\u{a0}19\u{a0}h".to_owned(),
        ],
        copy: 0,
        practice: false,
        online: None,
    }
}

/// An order made online, collected with one thing missing and one added, in English; a reprint.
pub(crate) fn settled_order() -> ReceiptContent {
    let mut content = market_sale();
    content.seller = Seller {
        name: "Brunswick Food Hub".to_owned(),
        address_lines: vec!["4 Wharf Lane, Hebden Bridge HX7 8AD".to_owned()],
        vat_number: None,
        registration: Some("Company no. 09876543".to_owned()),
        country: Country::from_code("GB").ok(),
    };
    content.currency = Currency::from_code("GBP").unwrap();
    content.number = "B-R-000042".to_owned();
    content.cashier = "Sam".to_owned();
    content.lines = vec![
        line(
            "Free range eggs, box of 6",
            Quantity::pieces(2),
            Unit::Each,
            210,
            420,
        ),
        line(
            "Carrots, unwashed",
            Quantity::thousandths(1500),
            Unit::Kilogram,
            180,
            270,
        ),
        line(
            "Leeks (not there)",
            Quantity::pieces(-1),
            Unit::Each,
            150,
            -150,
        ),
    ];
    content.subtotal = Money::minor(540);
    content.adjustments.clear();
    content.taxes = vec![ReceiptTax {
        exemption_reason: Some("small_business".to_owned()),
        ..tax(0, 540, 0)
    }];
    content.total = Money::minor(540);
    content.tenders = vec![tender("Card refund", -150)];
    content.tendered = None;
    content.change = None;
    content.footer = vec!["Thank you, see you next Friday!".to_owned()];
    content.copy = 2;
    content.online = Some(OnlineSettlement {
        order_number: "R480917625".to_owned(),
        ordered: Money::minor(690),
        changed: Money::minor(-150),
        paid_online: Money::minor(690),
        paid_before: Money::ZERO,
        paid_now: Money::ZERO,
        given_back: Money::minor(150),
        still_due: Money::ZERO,
        taxed_now: None,
    });
    content
}

/// An order of which one box of eggs waits for another day, paid in part before and now.
pub(crate) fn order_in_part() -> ReceiptContent {
    let mut content = settled_order();
    content.copy = 0;
    content.lines[0].waiting = Some(Quantity::pieces(1));
    content.lines[1].waiting = Some(Quantity::thousandths(500));
    content.tenders = vec![tender("Cash", 100)];
    content.online = Some(OnlineSettlement {
        paid_online: Money::ZERO,
        paid_before: Money::minor(200),
        paid_now: Money::minor(100),
        given_back: Money::ZERO,
        still_due: Money::minor(240),
        taxed_now: None,
        ..content.online.take().unwrap()
    });
    content
}

pub(crate) fn saturday() -> ZReportContent {
    let sum = |net, tax| ZSum {
        net: Money::minor(net),
        tax: Money::minor(tax),
        gross: Money::minor(net + tax),
    };
    let counted = |count, amount| CountAndAmount {
        count,
        amount: Money::minor(amount),
    };
    ZReportContent {
        seller: seller(),
        number: "A-Z-000017".to_owned(),
        till_code: "A".to_owned(),
        shift_number: 17,
        opened_at: LocalTime {
            at: MORNING.at.plus_ms(-6_120_000),
            offset_minutes: 60,
        },
        closed_at: LocalTime {
            at: MORNING.at.plus_ms(29_880_000),
            offset_minutes: 60,
        },
        closed_by: "Marie".to_owned(),
        currency: Currency::from_code("EUR").unwrap(),
        turnover: vec![
            ZTurnover {
                rate: TaxRate::from_ppm(55_000),
                sum: sum(118_483, 6_517),
            },
            ZTurnover {
                rate: TaxRate::from_ppm(200_000),
                sum: sum(20_625, 4_125),
            },
        ],
        turnover_total: sum(139_108, 10_642),
        tenders: vec![
            ZTender {
                name: "Espèces".to_owned(),
                expected: Money::minor(64_230),
                counted: Some(Money::minor(64_180)),
                difference: Some(Money::minor(-50)),
            },
            ZTender {
                name: "Carte bancaire".to_owned(),
                expected: Money::minor(88_020),
                counted: None,
                difference: None,
            },
        ],
        bridge: vec![
            BridgeLine {
                step: BridgeStep::CustomerDepositsTaken,
                amount: Money::minor(4_000),
            },
            BridgeLine {
                step: BridgeStep::DebtsMade,
                amount: Money::minor(-1_500),
            },
        ],
        money_total: Money::minor(152_250),
        counts: ZCounts {
            sales: counted(84, 149_750),
            returns: counted(1, -380),
            removed_lines: counted(3, 1_240),
            discarded_orders: counted(1, 560),
            drawer_openings: 2,
            ..ZCounts::default()
        },
        perpetual_total: Money::minor(48_120_345),
        software: software(),
        signature_extract: Some("M2XT-04LA".to_owned()),
        copy: 0,
        practice: false,
    }
}

/// Compares with a text in `tests/golden`. `UPDATE_GOLDEN=1` writes it anew, to be read before it is
/// committed.
pub(crate) fn check_golden(name: &str, actual: &str) {
    let path = golden_file(&format!("{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(actual, expected, "{name} differs from {}", path.display());
}

/// A file in `tests/golden`.
pub(crate) fn golden_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// Leaves a picture in target/tmp, to be looked at.
pub(crate) fn keep_picture(name: &str, png: &[u8]) {
    keep(&format!("{name}.png"), png);
}

/// Leaves a file in target/tmp.
pub(crate) fn keep(name: &str, bytes: &[u8]) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(folder.join(name), bytes).unwrap();
}
