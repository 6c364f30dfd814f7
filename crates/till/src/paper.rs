//! From the books to paper: what a receipt and a Z report state, frozen in the moment of issue.

use comptoir_documents::Language;
use comptoir_documents::content::{LocalTime, Seller, Software};
use comptoir_documents::receipt::{
    Adjustment, DepositLine, LineDiscount, ReceiptContent, ReceiptLine, ReceiptTax, ReceiptTender,
};
use comptoir_documents::tender;
use comptoir_documents::z_report::{
    BridgeLine, BridgeStep, CountAndAmount, ZCounts, ZReportContent, ZSum, ZTender, ZTurnover,
};
use comptoir_domain::money::Money;
use comptoir_domain::order::{ChargeAmount, Line, Order, Payment};
use comptoir_domain::price::PriceName;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::shift::{Shift, Tally, ZReport};
use comptoir_domain::tax::RateTotal;
use comptoir_domain::tender::{TenderId, TenderKind};
use comptoir_domain::time::Timestamp;

use crate::desk::Desk;

/// The name and version that documents state.
fn software() -> Software {
    Software {
        name: "Comptoir".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The language of this hub's documents: its first that documents can be written in.
pub(crate) fn document_language(settings: &HubSettings) -> Language {
    let known = |tag: &str| match tag.split('-').next() {
        Some("fr") => Some(Language::French),
        Some("en") => Some(Language::English),
        _ => None,
    };
    let mut languages = settings.languages.iter();
    languages
        .find_map(|language| known(language.tag()))
        .unwrap_or(Language::English)
}

fn seller(settings: &HubSettings) -> Seller {
    let legal = &settings.legal;
    Seller {
        name: legal
            .legal_name
            .clone()
            .unwrap_or_else(|| settings.name.clone()),
        address_lines: legal.address_lines.clone(),
        vat_number: legal.vat_number.clone(),
        registration: legal.registration_number.clone(),
        country: Some(settings.country),
    }
}

fn tender_name(settings: &HubSettings, id: &TenderId, kind: TenderKind) -> String {
    let own = settings.tender(id).map(|tender| tender.name.as_str());
    match own.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => tender::word(kind, document_language(settings)).to_owned(),
    }
}

/// What the receipt of a sale states. The entry's hash is not known yet: the check for the eye and
/// the reference are added when the slip is printed.
pub(crate) fn receipt_content(
    order: &Order,
    number: &str,
    desk: &Desk,
    now: Timestamp,
) -> ReceiptContent {
    let settings = &desk.settings;
    let totals = order.totals();
    let lines: Vec<ReceiptLine> = order
        .lines
        .iter()
        .filter(|line| line.tied_to.is_none())
        .map(|line| receipt_line(order, line, &totals.taxed.rates))
        .collect();
    let cash = |payment: &&Payment| payment.kind == TenderKind::Cash;
    let paid_cash: Vec<&Payment> = order.payments.iter().filter(cash).collect();
    let rounding = settings.cash_rounding.is_some() && !paid_cash.is_empty();
    ReceiptContent {
        seller: seller(settings),
        number: number.to_owned(),
        till_code: desk.till_code.as_str().to_owned(),
        cashier: desk.staff.name.clone(),
        issued_at: LocalTime::in_zone(now, settings.zone),
        currency: settings.currency.clone(),
        lines,
        tax_mode: order.heading.tax_mode,
        subtotal: order.lines.iter().map(Line::amount).sum(),
        adjustments: adjustments(order),
        taxes: totals.taxed.rates.iter().map(receipt_tax).collect(),
        total: totals.total,
        cash_rounding: rounding.then(|| paid_cash.iter().map(|payment| payment.rounding).sum()),
        tenders: order
            .payments
            .iter()
            .map(|payment| ReceiptTender {
                name: tender_name(settings, &payment.tender, payment.kind),
                amount: payment.amount + payment.rounding,
            })
            .collect(),
        tendered: paid_cash
            .iter()
            .map(|payment| payment.tendered)
            .sum::<Option<Money>>()
            .filter(|_| !paid_cash.is_empty()),
        change: (!paid_cash.is_empty())
            .then(|| paid_cash.iter().map(|payment| payment.change).sum()),
        software: software(),
        signature_extract: None,
        reference: number.to_owned(),
        footer: settings.receipt.footer_lines.clone(),
        copy: 0,
        practice: desk.practice,
        online: None,
    }
}

fn receipt_line(order: &Order, line: &Line, rates: &[RateTotal]) -> ReceiptLine {
    ReceiptLine {
        name: line.name.clone(),
        quantity: line.wanted(),
        unit: line.unit,
        unit_price: line.price.unit_price,
        price_name: price_name(&line.price.name).map(str::to_owned),
        discount: line.discount.as_ref().map(|discount| LineDiscount {
            reason: discount.reason.clone(),
            amount: -discount.amount,
        }),
        amount: line.amount(),
        tax_row: tax_row(line, rates),
        deposits: order
            .lines_tied_to(line.id)
            .map(|deposit| DepositLine {
                name: deposit.name.clone(),
                quantity: deposit.wanted(),
                unit_price: deposit.price.unit_price,
                amount: deposit.amount(),
                tax_row: tax_row(deposit, rates),
            })
            .collect(),
    }
}

/// The row of the receipt's taxes that a line counts in.
fn tax_row(line: &Line, rates: &[RateTotal]) -> Option<u8> {
    let row = rates.iter().position(|row| {
        row.tax.effective_rate() == line.tax.effective_rate()
            && row.tax.exemption == line.tax.exemption
    });
    row.and_then(|row| u8::try_from(row).ok())
}

/// The name of a price that is not the regular one; a typed price goes without.
pub(crate) fn price_name(name: &PriceName) -> Option<&str> {
    match name {
        PriceName::Regular | PriceName::Manual => None,
        PriceName::Class { name } | PriceName::Dated { name } | PriceName::Code { name } => {
            Some(name)
        }
    }
}

fn receipt_tax(row: &RateTotal) -> ReceiptTax {
    ReceiptTax {
        rate: row.tax.effective_rate(),
        net: row.net,
        tax: row.tax_amount,
        gross: row.gross,
        exemption_reason: row
            .tax
            .exemption
            .as_ref()
            .map(|exemption| exemption.reason().to_owned()),
    }
}

fn adjustments(order: &Order) -> Vec<Adjustment> {
    let fixed = order
        .charges
        .iter()
        .filter_map(|charge| match charge.amount {
            ChargeAmount::Fixed(amount) => Some(Adjustment {
                label: charge.name.clone(),
                amount,
            }),
            ChargeAmount::ShareOfGoods(_) => None,
        });
    fixed.collect()
}

/// What the Z report of a shift states.
pub(crate) fn z_report_content(
    report: &ZReport,
    shift: &Shift,
    number: &str,
    desk: &Desk,
) -> ZReportContent {
    let settings = &desk.settings;
    ZReportContent {
        seller: seller(settings),
        number: number.to_owned(),
        till_code: desk.till_code.as_str().to_owned(),
        shift_number: u32::try_from(shift.number).unwrap_or(u32::MAX),
        opened_at: LocalTime::in_zone(report.opened_at, settings.zone),
        closed_at: LocalTime::in_zone(report.closed_at, settings.zone),
        closed_by: desk.staff.name.clone(),
        currency: settings.currency.clone(),
        turnover: report
            .turnover
            .iter()
            .map(|row| ZTurnover {
                rate: row.tax.effective_rate(),
                sum: ZSum {
                    net: row.net,
                    tax: row.tax_amount,
                    gross: row.gross,
                },
            })
            .collect(),
        turnover_total: ZSum {
            net: report.turnover.iter().map(|row| row.net).sum(),
            tax: report.turnover.iter().map(|row| row.tax_amount).sum(),
            gross: report.turnover_total,
        },
        tenders: z_tenders(report, shift, settings),
        bridge: bridge(report),
        money_total: report.money_total,
        counts: ZCounts {
            sales: CountAndAmount {
                count: report.sales,
                amount: report.turnover_total,
            },
            returns: count(report.returns),
            removed_lines: count(report.removed_lines),
            discarded_orders: count(report.discarded_orders),
            drawer_openings: report.drawer_openings,
            discounts: count(report.discounts),
            price_changes: count(report.watched.price_changes),
            tender_corrections: count(report.watched.tender_corrections),
            reprints: report.watched.reprints,
            recounts: report.watched.recounts,
        },
        perpetual_total: report.perpetual.sales - report.perpetual.returns,
        software: software(),
        signature_extract: None,
        copy: 0,
        practice: desk.practice,
    }
}

/// Every tender that took money or was counted.
fn z_tenders(report: &ZReport, shift: &Shift, settings: &HubSettings) -> Vec<ZTender> {
    let seen = settings.tenders.iter().filter(|tender| {
        let took = |id: &TenderId| report.tenders.iter().any(|row| row.tender == *id);
        let counted = |id: &TenderId| report.counts.iter().any(|count| count.tender == *id);
        took(&tender.id) || counted(&tender.id)
    });
    seen.map(|tender| {
        let count = report.counts.iter().find(|count| count.tender == tender.id);
        ZTender {
            name: tender_name(settings, &tender.id, tender.kind),
            expected: count.map_or_else(
                || shift.expected_of(&tender.id, tender.kind),
                |count| count.expected,
            ),
            counted: count.map(|count| count.counted),
            difference: count.map(|count| count.counted - count.expected),
        }
    })
    .collect()
}

fn bridge(report: &ZReport) -> Vec<BridgeLine> {
    let bridge = &report.bridge;
    let steps = [
        (BridgeStep::CustomerDepositsTaken, bridge.deposits_taken),
        (
            BridgeStep::CustomerDepositsUsed,
            -bridge.deposits_used - bridge.deposits_returned,
        ),
        (
            BridgeStep::DebtsMade,
            -bridge.debts_made - bridge.put_on_account,
        ),
        (BridgeStep::DebtsPaid, bridge.debts_paid),
        (
            BridgeStep::VouchersSold,
            bridge.vouchers_sold - bridge.vouchers_returned,
        ),
        (BridgeStep::CreditGiven, bridge.credit_given),
        (BridgeStep::CreditUsed, -bridge.credit_used),
    ];
    steps
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(step, amount)| BridgeLine { step, amount })
        .collect()
}

const fn count(tally: Tally) -> CountAndAmount {
    CountAndAmount {
        count: tally.count,
        amount: tally.amount,
    }
}
