//! The cash session: opening, moving cash, counting and closing.

use super::Context;
use crate::books::Books;
use crate::event::Event;
use crate::ids::ShiftId;
use crate::money::{AMOUNT_MAX, Money};
use crate::refusal::{Refusal, RefusalCode};
use crate::shift::{CashPlace, Shift, TenderCount, ZReport};
use crate::staff::Permission;
use crate::tender::TenderId;

/// Opens a shift with a counted float. What ended before its trading day began is closed first.
pub fn open_shift(
    books: &Books,
    float: Money,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::OpenShift)?;
    check_amount(float)?;
    let till = books.till(context.till);
    if till.open_shift.is_some() {
        return Err(RefusalCode::ShiftAlreadyOpen.into());
    }
    let settings = context.settings;
    let trading_day = context
        .now
        .trading_day(settings.zone, settings.day_ends_at_minutes);
    let opened = Event::ShiftOpened {
        shift: ShiftId::from_uuid(context.ids.next_uuid()),
        number: till.last_shift_number + 1,
        location: context.location,
        float,
        expected_float: till.drawer,
        trading_day,
    };
    let ended = till.closings.due(trading_day, till.perpetual);
    let closings = ended.into_iter().map(|closing| Event::PeriodClosed {
        closing: Box::new(closing),
    });
    Ok(closings.chain([opened]).collect())
}

/// Moves cash between the drawer and another place.
pub fn move_cash(
    books: &Books,
    from: CashPlace,
    to: CashPlace,
    amount: Money,
    reason: &str,
    context: &Context<'_>,
) -> Result<Event, Refusal> {
    context.permit(Permission::MoveCash)?;
    if reason.trim().is_empty() {
        return Err(RefusalCode::ReasonMissing.into());
    }
    let shift = current(books, context)?;
    check_amount(amount)?;
    if !amount.is_positive() {
        return Err(RefusalCode::AmountNotPositive.into());
    }
    let drawer = CashPlace::Till(context.till);
    if from == to || (from != drawer && to != drawer) {
        return Err(RefusalCode::CashPlaceUnknown.into());
    }
    Ok(Event::CashMoved {
        shift: shift.id,
        from,
        to,
        amount,
        reason: reason.to_owned(),
    })
}

/// Opens the drawer without a sale.
pub fn open_drawer(books: &Books, reason: &str, context: &Context<'_>) -> Result<Event, Refusal> {
    context.permit(Permission::OpenDrawer)?;
    if reason.trim().is_empty() {
        return Err(RefusalCode::ReasonMissing.into());
    }
    Ok(Event::DrawerOpened {
        shift: current(books, context)?.id,
        reason: reason.to_owned(),
    })
}

/// Writes down what was counted. A recount is another entry; both are kept.
pub fn count_shift(
    books: &Books,
    counted: &[(TenderId, Money)],
    context: &Context<'_>,
) -> Result<Event, Refusal> {
    context.permit(Permission::CloseShift)?;
    let shift = current(books, context)?;
    let mut counts = Vec::new();
    for tender in context
        .settings
        .tenders
        .iter()
        .filter(|tender| tender.counted_at_close)
    {
        let expected = shift.expected_of(&tender.id, tender.kind);
        let given = counted
            .iter()
            .find(|(id, _)| *id == tender.id)
            .map(|(_, amount)| *amount);
        let counted = match given {
            Some(amount) => amount,
            None if expected.is_zero() => Money::ZERO,
            None => {
                return Err(Refusal::from(RefusalCode::CountMissing).with("tender", &tender.name));
            }
        };
        check_amount(counted)?;
        counts.push(TenderCount {
            tender: tender.id.clone(),
            kind: tender.kind,
            counted,
            expected,
        });
    }
    Ok(Event::ShiftCounted {
        shift: shift.id,
        counts,
    })
}

/// Closes the shift with its report. `number` is that of the Z report. Without a count the report
/// says so: a shift forgotten overnight must not stop the next day.
pub fn close_shift(
    books: &Books,
    number: u64,
    context: &Context<'_>,
) -> Result<(Event, ZReport), Refusal> {
    context.permit(Permission::CloseShift)?;
    let shift = current(books, context)?;
    if let Some(stale) = stale_count(shift) {
        return Err(Refusal::from(RefusalCode::CountMissing).with("tender", stale));
    }
    let mut report = shift.report(context.now, books.till(context.till).perpetual);
    report.number = number;
    Ok((
        Event::ShiftClosed {
            shift: shift.id,
            report: Box::new(report.clone()),
        },
        report,
    ))
}

/// A tender that something went through since it was counted.
fn stale_count(shift: &Shift) -> Option<&str> {
    let counts = shift.counts.last()?;
    let moved =
        |count: &&TenderCount| shift.expected_of(&count.tender, count.kind) != count.expected;
    counts.iter().find(moved).map(|count| count.tender.as_str())
}

fn current<'b>(books: &'b Books, context: &Context<'_>) -> Result<&'b Shift, Refusal> {
    books
        .open_shift(context.till)
        .ok_or_else(|| RefusalCode::NoOpenShift.into())
}

fn check_amount(amount: Money) -> Result<(), Refusal> {
    if amount.is_negative() {
        return Err(RefusalCode::AmountNotPositive.into());
    }
    if amount > AMOUNT_MAX {
        return Err(RefusalCode::AmountTooLarge.into());
    }
    Ok(())
}
