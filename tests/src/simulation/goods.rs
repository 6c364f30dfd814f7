//! Goods that belong to no order: what suppliers bring, what is thrown away or used up, and counts,
//! at the office and at every till, each by the stock that it sees.

use comptoir_domain::books::Books;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{Amount, Arrival, Context, TakenOut, count, receive, take_out};
use comptoir_domain::event::Event;
use comptoir_domain::problem::Problem;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::Refusal;

/// What somebody sees of the goods.
pub(crate) struct Seen {
    pub(crate) variants: Vec<Variant>,
    pub(crate) books: Books,
    pub(crate) open: Vec<Problem>,
}

/// Something that somebody does with them.
pub(crate) fn some_act(
    seen: &Seen,
    context: &Context<'_>,
    random: &mut fastrand::Rng,
) -> Result<(&'static str, Vec<Event>), Refusal> {
    let variant = &seen.variants[random.usize(0..seen.variants.len())];
    let (books, open, location) = (&seen.books, &seen.open, context.location);
    let quantity = Quantity::pieces(random.i64(1..9));
    match random.u32(0..4) {
        0 => {
            let arrival = Arrival {
                variant,
                came: quantity,
                announced: random.bool().then_some(quantity),
            };
            let events = receive(&[arrival], location, None, books, open, context)?;
            Ok(("goods_received", events))
        }
        1 => {
            let to = [TakenOut::Waste, TakenOut::OwnUse][random.usize(0..2)];
            let amount = Amount { variant, quantity };
            let event = take_out(&[amount], location, to, Some("spoilt"), context)?;
            Ok(("goods_taken_out", vec![event]))
        }
        _ => {
            let on_hand = books.level(variant.id, location).on_hand;
            let off = Quantity::pieces(random.i64(-3..4));
            let figure = Amount {
                variant,
                quantity: (on_hand + off).max(Quantity::ZERO),
            };
            let events = count(&[figure], location, books, open, context)?;
            Ok(("stock_counted", events))
        }
    }
}
