//! A sale that was put aside at one till goes on at another.

use comptoir_domain::money::Money;
use comptoir_domain::order::Fate;
use comptoir_till::TillError;
use comptoir_till::wire::{
    ClaimParked, Code, CopyParked, Discount, GiveDiscount, Notice, ParkedElsewhereState,
    RecallOrder, RemoveLine, WithdrawParked,
};

use crate::world::{BREAD, HONEY, Hub, Station, settle};

fn two(hub: &mut Hub) -> (Station, Station) {
    (Station::join(hub, 1), Station::join(hub, 2))
}

fn refusal(error: TillError) -> Code {
    comptoir_till::wire::ApiError::from(error).code
}

fn codes(notices: &[Notice]) -> Vec<Code> {
    notices.iter().map(|notice| notice.code).collect()
}

fn ask(station: &mut Station, order: comptoir_domain::ids::OrderId) -> Result<(), TillError> {
    let action = station.action();
    station
        .core()
        .parked_claim(&ClaimParked { action, order })?;
    Ok(())
}

#[test]
fn it_moves_with_its_figure_and_its_undo() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    a.scan(BREAD);
    a.scan(HONEY);
    a.scan(HONEY);
    let bread = a.order().lines[0].id;
    a.core()
        .order_remove_line(&RemoveLine {
            line: bread,
            fate: Some(Fate::BackToShelf),
        })
        .unwrap();
    a.core()
        .order_discount(&GiveDiscount {
            line: None,
            discount: Some(Discount::Percent(7_300)),
            reason: "damaged".to_owned(),
            note: None,
            approval: None,
        })
        .unwrap();
    let before = a.order();
    a.core().order_park().unwrap();
    a.talk(&hub);
    b.talk(&hub);

    let there = b.elsewhere();
    assert_eq!(there.len(), 1);
    assert_eq!((there[0].order, there[0].total), (before.id, before.total));
    assert_eq!(
        (there[0].till.as_str(), there[0].staff.as_str()),
        ("T1", "Maud")
    );
    assert_eq!(there[0].first_names, ["Honey"]);
    assert!(
        a.elsewhere().is_empty(),
        "its own is none of another till's"
    );

    ask(&mut b, before.id).unwrap();
    // A second press asks nothing new.
    ask(&mut b, before.id).unwrap();
    assert_eq!(b.elsewhere()[0].state, ParkedElsewhereState::Asked);
    b.talk(&hub);
    assert_eq!(
        a.parked().len(),
        1,
        "it is its till's until that gives it up"
    );
    a.talk(&hub);
    assert!(a.parked().is_empty());
    b.talk(&hub);
    assert_eq!(codes(&b.view().notices), [Code::ParkedArrived]);
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!((a.elsewhere().len(), b.elsewhere().len()), (1, 0));

    b.core()
        .order_recall(&RecallOrder {
            order: Some(before.id),
        })
        .unwrap();
    let after = b.order();
    assert_eq!((after.id, after.total), (before.id, before.total));
    assert_eq!((after.discount, after.tax), (before.discount, before.tax));
    assert_eq!(after.lines, before.lines);
    b.core().order_undo().unwrap();
    assert_eq!(b.order().total, Money::minor(2 * 755));
    b.pays_cash(2000);
    settle(&hub, &mut [&mut a, &mut b]);
    assert!(a.drafts().is_empty() && b.drafts().is_empty());
}

#[test]
fn a_till_that_does_not_answer_keeps_its_sale_and_the_goods_are_rung_up_anew() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    let sale = a.parks(&[BREAD, HONEY]);
    settle(&hub, &mut [&mut a, &mut b]);
    a.is_away = true;
    ask(&mut b, sale).unwrap();
    b.talk(&hub);
    b.talk(&hub);
    assert_eq!(b.elsewhere()[0].state, ParkedElsewhereState::Asked);
    let copy = CopyParked {
        action: b.action(),
        order: sale,
    };
    b.core().parked_copy(&copy).unwrap();
    // The press that came twice.
    b.core().parked_copy(&copy).unwrap();
    let copied = b.order();
    assert_eq!(copied.total, Money::minor(420 + 755));
    assert_ne!(copied.id, sale);
    assert_eq!(b.drafts(), [copied.id]);
    b.pays_cash(2000);

    a.is_away = false;
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!((a.drafts(), b.drafts()), (vec![sale], vec![]));
    assert_eq!(b.elsewhere()[0].state, ParkedElsewhereState::There);
}

#[test]
fn a_wish_can_be_withdrawn_even_when_the_sale_is_on_its_way() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    let sale = a.parks(&[HONEY]);
    settle(&hub, &mut [&mut a, &mut b]);
    ask(&mut b, sale).unwrap();
    b.talk(&hub);
    b.core()
        .parked_withdraw(&WithdrawParked { order: sale })
        .unwrap();
    // The owner has given it up before it hears.
    a.talk(&hub);
    assert!(a.drafts().is_empty());
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!((a.drafts(), b.drafts()), (vec![sale], vec![]));
    // It can be asked for again.
    ask(&mut b, sale).unwrap();
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!((a.drafts(), b.drafts()), (vec![], vec![sale]));
    assert_eq!(b.parked()[0].total, Money::minor(755));
}

#[test]
fn two_tills_want_the_same_sale_and_one_gets_it() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    let mut c = Station::join(&mut hub, 3);
    let sale = a.parks(&[HONEY]);
    settle(&hub, &mut [&mut a, &mut b, &mut c]);
    ask(&mut b, sale).unwrap();
    ask(&mut c, sale).unwrap();
    settle(&hub, &mut [&mut b, &mut c]);
    assert_eq!(codes(&c.view().notices), [Code::ParkedWanted]);
    settle(&hub, &mut [&mut a, &mut b, &mut c]);
    assert_eq!((a.drafts(), b.drafts()), (vec![], vec![sale]));
    assert!(c.drafts().is_empty());
    // And on to the third, and back to where it came from.
    ask(&mut c, sale).unwrap();
    settle(&hub, &mut [&mut b, &mut c, &mut a]);
    assert_eq!(c.drafts(), [sale]);
    ask(&mut a, sale).unwrap();
    settle(&hub, &mut [&mut a, &mut b, &mut c]);
    assert_eq!(a.drafts(), [sale]);
    assert_eq!(a.parked()[0].total, Money::minor(755));
}

#[test]
fn money_that_was_taken_stays_at_its_till() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    a.scan(HONEY);
    a.pays_a_part(200);
    let sale = a.order().id;
    a.core().order_park().unwrap();
    settle(&hub, &mut [&mut a, &mut b]);
    let there = b.elsewhere();
    assert!(there[0].has_money && !there[0].can_copy);
    assert_eq!(
        refusal(ask(&mut b, sale).unwrap_err()),
        Code::ParkedHasMoney
    );
    let copy = CopyParked {
        action: b.action(),
        order: sale,
    };
    let refused = b.core().parked_copy(&copy).unwrap_err();
    assert_eq!(refusal(refused), Code::ParkedHasMoney);
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!((a.drafts(), b.drafts()), (vec![sale], vec![]));
}

#[test]
fn money_taken_while_it_is_asked_for_keeps_it_too() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    let sale = a.parks(&[HONEY]);
    settle(&hub, &mut [&mut a, &mut b]);
    ask(&mut b, sale).unwrap();
    b.talk(&hub);
    a.core().order_recall(&RecallOrder { order: None }).unwrap();
    a.pays_a_part(200);
    a.core().order_park().unwrap();
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!((a.drafts(), b.drafts()), (vec![sale], vec![]));
    assert_eq!(codes(&b.view().notices), [Code::ParkedHasMoney]);
    // It was asked for nothing that is there any more.
    a.core().order_recall(&RecallOrder { order: None }).unwrap();
    a.pays_cash(1000);
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!(refusal(ask(&mut b, sale).unwrap_err()), Code::ParkedGone);
    assert!(b.elsewhere().is_empty());
}

#[test]
fn what_cannot_be_read_goes_back_and_is_in_the_way_of_nothing() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    let sale = a.parks(&[HONEY]);
    settle(&hub, &mut [&mut a, &mut b]);
    ask(&mut b, sale).unwrap();
    b.talk(&hub);
    while a.held().is_empty() {
        hub.clock.advance(1_001);
        a.exchange(&hub);
    }
    // As a later version would write it.
    let written = a.rewrite_held("{\"heading\":\"of tomorrow\"}");
    a.talk(&hub);
    a.rewrite_held(&written);
    b.talk(&hub);
    assert_eq!(codes(&b.view().notices), [Code::ParkedUnreadable]);
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!((a.drafts(), b.drafts()), (vec![sale], vec![]));
    // And where it cannot even be read at its own till, it is kept.
    ask(&mut b, sale).unwrap();
    b.talk(&hub);
    while a.held().is_empty() {
        hub.clock.advance(1_001);
        a.exchange(&hub);
    }
    a.rewrite_held("not even JSON");
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!((a.drafts(), a.held()), (vec![], vec![sale]));
    a.parks(&[BREAD]);
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!(b.elsewhere()[0].total, Money::minor(420));
}

#[test]
fn a_sale_that_is_taken_up_again_at_its_till_is_not_given_away() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    let sale = a.parks(&[HONEY]);
    settle(&hub, &mut [&mut a, &mut b]);
    ask(&mut b, sale).unwrap();
    b.talk(&hub);
    a.core().order_recall(&RecallOrder { order: None }).unwrap();
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!(a.order().id, sale);
    assert_eq!(codes(&b.view().notices), [Code::ParkedGone]);
}

#[test]
fn a_sale_that_is_on_its_way_when_the_line_breaks_can_be_rung_up_anew_where_it_was() {
    let mut hub = Hub::open();
    let (mut a, mut b) = two(&mut hub);
    let sale = a.parks(&[BREAD]);
    settle(&hub, &mut [&mut a, &mut b]);
    ask(&mut b, sale).unwrap();
    b.talk(&hub);
    a.talk(&hub);
    b.is_away = true;
    let leaving = a.elsewhere();
    assert_eq!(leaving[0].state, ParkedElsewhereState::Leaving);
    assert_eq!(
        (leaving[0].order, leaving[0].total),
        (sale, Money::minor(420))
    );
    let copy = CopyParked {
        action: a.action(),
        order: sale,
    };
    a.core().parked_copy(&copy).unwrap();
    assert_eq!(a.order().total, Money::minor(420));
    assert_ne!(a.order().id, sale);
    b.is_away = false;
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!(b.drafts(), [sale]);
    assert!(a.held().is_empty());
    assert_eq!(a.elsewhere()[0].state, ParkedElsewhereState::There);
}
