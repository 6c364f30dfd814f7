//! From the books to paper: what a receipt and a Z report state, frozen in the moment of issue.

use comptoir_documents::content::{LocalTime, Software};
pub(crate) use comptoir_documents::from_order::price_name;
use comptoir_documents::receipt::{
    OnlineSettlement, ReceiptContent, ReceiptLine, ReceiptTax, ReceiptTender,
};
use comptoir_documents::z_report::{
    BridgeLine, BridgeStep, CountAndAmount, ZCounts, ZReportContent, ZSum, ZTender, ZTurnover,
};
use comptoir_documents::{Language, from_order};
use comptoir_domain::draft::{Basis, Draft};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Line, Order, Payment, Refund};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::shift::{Shift, Tally, ZReport};
use comptoir_domain::tax::{RateTotal, TaxBreakdown};
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

fn tender_name(settings: &HubSettings, id: &TenderId, kind: TenderKind) -> String {
    from_order::tender_name(settings, id, kind, document_language(settings))
}

/// What the receipt of an order in progress states that is completed to `order`: its goods, and the
/// money that moved now. The entry's hash is not known yet: the check for the eye and the reference
/// are added when the slip is printed.
pub(crate) fn receipt_content(
    draft: &Draft,
    order: &Order,
    number: &str,
    desk: &Desk,
    now: Timestamp,
    stated: &Stated,
) -> ReceiptContent {
    let settings = &desk.settings;
    let totals = order.totals();
    let lines: Vec<ReceiptLine> = order
        .lines
        .iter()
        .filter(|line| line.tied_to.is_none() && !line.wanted().is_zero())
        .map(|line| from_order::line(order, line, &totals.taxed.rates))
        .collect();
    let cash = |payment: &&Payment| payment.kind == TenderKind::Cash;
    let paid_cash: Vec<&Payment> = draft.payments().filter(cash).collect();
    ReceiptContent {
        seller: from_order::seller(settings),
        number: number.to_owned(),
        till_code: desk.till_code.as_str().to_owned(),
        cashier: desk.staff.name.clone(),
        issued_at: LocalTime::in_zone(now, settings.zone),
        currency: settings.currency.clone(),
        lines,
        tax_mode: order.heading.tax_mode,
        subtotal: order.lines.iter().map(Line::amount).sum(),
        adjustments: from_order::adjustments(order),
        taxes: taxes_of(&totals.taxed.rates, stated),
        total: totals.total,
        cash_rounding: cash_rounding(draft, settings),
        tenders: tenders(draft, settings),
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
        online: settlement(draft, order, stated),
    }
}

/// The slip of goods that came back: they alone, with what they were worth, and the money that went
/// back for them.
pub(crate) fn return_content(
    content: ReceiptContent,
    draft: &Draft,
    stated: &Stated,
) -> ReceiptContent {
    let Basis::Placed(before) = &draft.basis else {
        return content;
    };
    let after = draft.order();
    let rates = before.recognised().turnover.rates;
    let lines: Vec<ReceiptLine> = draft
        .returning()
        .into_iter()
        .filter_map(|part| {
            let (was, is) = (before.line(part.line)?, after.line(part.line)?);
            Some(ReceiptLine {
                quantity: -part.quantity,
                amount: was.returned_amount() - is.returned_amount(),
                discount: None,
                waiting: None,
                deposits: Vec::new(),
                tax_row: from_order::tax_row(&was.tax, &rates),
                ..from_order::line(before, was, &rates)
            })
        })
        .collect();
    ReceiptContent {
        subtotal: lines.iter().map(|line| line.amount).sum(),
        lines,
        adjustments: Vec::new(),
        taxes: taxes_of(&rates, stated),
        total: stated.total,
        online: None,
        ..content
    }
}

/// What a receipt is for: the turnover of what went over the counter now, and its tax.
#[derive(Debug, Clone)]
pub(crate) struct Stated {
    pub(crate) total: Money,
    pub(crate) tax: TaxBreakdown,
}

/// The taxes that the receipt states, in the rows of the whole order, which its lines refer to.
fn taxes_of(rates: &[RateTotal], stated: &Stated) -> Vec<ReceiptTax> {
    let stated_of = |row: &RateTotal| {
        let mut rows = stated.tax.rates.iter();
        let found = rows.find(|known| known.tax == row.tax).cloned();
        found.unwrap_or_else(|| RateTotal {
            net: Money::ZERO,
            tax_amount: Money::ZERO,
            gross: Money::ZERO,
            ..row.clone()
        })
    };
    rates
        .iter()
        .map(|row| from_order::tax(&stated_of(row)))
        .collect()
}

/// What rounding to coins added to the money that moved now.
fn cash_rounding(draft: &Draft, settings: &HubSettings) -> Option<Money> {
    let paid = draft
        .payments()
        .filter(|payment| payment.kind == TenderKind::Cash)
        .map(|payment| payment.rounding);
    let given_back = draft
        .refunds()
        .filter(|refund| refund.kind == TenderKind::Cash)
        .map(|refund| -refund.rounding);
    let roundings: Vec<Money> = paid.chain(given_back).collect();
    let rounds = settings.cash_rounding.is_some() && !roundings.is_empty();
    rounds.then(|| roundings.into_iter().sum())
}

/// The money that moved now; what was given back is negative.
fn tenders(draft: &Draft, settings: &HubSettings) -> Vec<ReceiptTender> {
    let paid = draft.payments().map(|payment| ReceiptTender {
        name: tender_name(settings, &payment.tender, payment.kind),
        amount: payment.amount + payment.rounding,
    });
    let given_back = draft.refunds().map(|refund| ReceiptTender {
        name: tender_name(settings, &refund.tender, refund.kind),
        amount: -(refund.amount + refund.rounding),
    });
    let forgiven = draft.forgiven().map(|forgiveness| ReceiptTender {
        name: comptoir_documents::tender::forgiven(document_language(settings)).to_owned(),
        amount: forgiveness.amount,
    });
    paid.chain(given_back).chain(forgiven).collect()
}

/// How an order that was placed before came to its total and was paid.
fn settlement(draft: &Draft, order: &Order, stated: &Stated) -> Option<OnlineSettlement> {
    let Basis::Placed(basis) = &draft.basis else {
        return None;
    };
    let totals = order.totals();
    let ordered = basis.totals().total;
    let paid_online: Money = order
        .payments
        .iter()
        .filter(|payment| payment.kind == TenderKind::Online)
        .map(Payment::counts_for)
        .sum();
    let paid_now: Money = draft.payments().map(|payment| payment.amount).sum();
    let given_back: Money = draft.refunds().map(|refund: &Refund| refund.amount).sum();
    Some(OnlineSettlement {
        order_number: order.heading.number.clone(),
        ordered,
        changed: totals.total - ordered,
        paid_online,
        paid_before: totals.paid + given_back - paid_now - paid_online,
        paid_now,
        given_back,
        still_due: totals.due,
        taxed_now: (stated.total != totals.total).then_some(stated.total),
    })
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
        seller: from_order::seller(settings),
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
        (BridgeStep::Forgiven, -bridge.forgiven),
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
