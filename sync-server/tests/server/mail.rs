//! Messages to customers: one for each happening, sent by a real SMTP conversation, however the mail
//! server behaves.

use std::sync::Arc;

use comptoir_domain::country::Language;
use comptoir_domain::customer::Customer;
use comptoir_domain::event::Event;
use comptoir_domain::ids::RecurringOrderId;
use comptoir_domain::message::MessageKind;
use comptoir_domain::order::{Operation, Order, QuantityMode};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::recurring::{RecurringLine, RecurringOrder};
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::{MailMood, MailServer};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sync_server::mail::{MailOptions, OwnText, Post, Postman, RoundReport, SmtpPost};
use sync_server::shop::{OrderLinks, Repeater, Shelves};
use sync_server::store::EntityChange;

use crate::shop::Shop;
use crate::trade::{DAY_MS, MONDAY, id, jane, pieces};
use crate::world::read;

const MINUTE_MS: i64 = 60_000;

struct Mailing {
    shop: Shop,
    server: MailServer,
    postman: Postman,
}

impl Mailing {
    async fn start() -> Mailing {
        let shop = Shop::open().await;
        let server = MailServer::start().unwrap();
        let postman = Mailing::postman(&shop, Some(&server));
        Mailing {
            shop,
            server,
            postman,
        }
    }

    fn postman(shop: &Shop, server: Option<&MailServer>) -> Postman {
        let post = server.map(|server| {
            let post = SmtpPost::new(&server.url(), "Le Comptoir <hub@comptoir.example>");
            let post: Arc<dyn Post> = Arc::new(post.unwrap());
            post
        });
        let options = MailOptions {
            public_url: Some("https://hub.example".to_owned()),
            ..MailOptions::default()
        };
        let links = OrderLinks::new(&SigningKey::from_bytes(&[1; 32]));
        Postman::new(shop.world.store(), links, options, post)
    }

    async fn round(&self) -> RoundReport {
        let now = self.shop.world.clock.now();
        self.postman.round(now).await.unwrap()
    }

    async fn place(&self) -> Order {
        let basket = self.shop.basket(&[("P2", 2000), ("P4", 1000)]);
        let _: Value = read(self.shop.place(&basket).await).await;
        self.shop.orders().await.remove(0)
    }

    async fn happens(&self, events: Vec<Event>) {
        let mut act = self.shop.world.act("order_handled", Vec::new());
        act.events = events;
        let world = &self.shop.world;
        world.store().record(world.hub(), act).await.unwrap();
    }
}

/// The text of a mail with its soft line ends and encoded letters put back.
fn readable(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let code = (first == b'=' && behind.len() >= 2)
            .then(|| std::str::from_utf8(&behind[..2]).ok())
            .flatten()
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).replace('\u{a0}', " ")
}

#[tokio::test]
async fn who_orders_gets_one_message_with_number_lines_total_and_link() {
    let mailing = Mailing::start().await;
    let order = mailing.place().await;
    assert_eq!(mailing.round().await.sent, 1);
    assert_eq!(mailing.round().await, RoundReport::default());
    let taken = mailing.server.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, "jane@hub.example");
    let text = readable(&taken[0].text);
    for part in [
        "O-1001",
        "2 Eggs, box of 6  6,00 €",
        "Total : 9,20 €",
        "samedi 21 novembre",
        "Market",
        &format!(
            "https://hub.example/shop/{}/o/{}.",
            mailing.shop.world.hub(),
            order.id()
        ),
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn each_happening_owes_one_message_and_the_hand_over_none() {
    let mailing = Mailing::start().await;
    let order = mailing.place().await;
    let ready = |basket: &str| Event::OrderReady {
        order: order.id(),
        basket: Some(basket.to_owned()),
    };
    mailing.happens(vec![ready("A 1")]).await;
    mailing.shop.world.clock.advance(MINUTE_MS);
    mailing.happens(vec![ready("B 2")]).await;
    assert_eq!(
        mailing.round().await.sent,
        2,
        "received and ready, once each"
    );
    let cancelled = Event::OrderCancelled {
        order: order.id(),
        seen: Default::default(),
        reason: "no show".to_owned(),
    };
    mailing.happens(vec![cancelled]).await;
    assert_eq!(mailing.round().await.sent, 1);
}

#[tokio::test]
async fn a_busy_server_is_tried_again_later_and_an_unknown_address_is_not() {
    let mailing = Mailing::start().await;
    mailing.place().await;
    mailing.server.set_mood(MailMood::Busy);
    assert_eq!(mailing.round().await.later, 1);
    assert_eq!(mailing.round().await, RoundReport::default(), "not at once");
    mailing.server.set_mood(MailMood::Kind);
    mailing.shop.world.clock.advance(MINUTE_MS);
    assert_eq!(mailing.round().await.sent, 1);
    mailing.place().await;
    mailing.server.set_mood(MailMood::Unknown);
    assert_eq!(mailing.round().await.dropped, 1);
    mailing.shop.world.clock.advance(DAY_MS);
    assert_eq!(
        mailing.round().await.sent + mailing.round().await.dropped,
        0
    );
}

#[tokio::test]
async fn without_a_mail_server_messages_wait_and_go_out_once_there_is_one() {
    let mailing = Mailing::start().await;
    mailing.place().await;
    let waiting = Mailing::postman(&mailing.shop, None);
    waiting.round(MONDAY).await.unwrap();
    let world = &mailing.shop.world;
    let counts = world.store().outbox_counts(world.hub()).await.unwrap();
    assert_eq!((counts.waiting, counts.sent), (1, 0));
    assert_eq!(mailing.round().await.sent, 1);
}

#[tokio::test]
async fn a_reminder_goes_out_once_the_day_before_to_who_still_has_to_come() {
    let mailing = Mailing::start().await;
    mailing.place().await;
    mailing.round().await;
    mailing.shop.world.clock.set(MONDAY.plus_ms(4 * DAY_MS));
    assert_eq!(mailing.round().await.sent, 1);
    mailing.shop.world.clock.advance(60 * MINUTE_MS);
    assert_eq!(mailing.round().await, RoundReport::default());
    let text = readable(&mailing.server.taken()[1].text);
    assert!(text.contains("O-1001"));
}

#[tokio::test]
async fn a_hubs_own_text_is_used_and_one_that_cannot_be_filled_is_refused() {
    let mailing = Mailing::start().await;
    let french = Language::new("fr");
    let own = |body: &str| OwnText {
        subject: "Merci {name}".to_owned(),
        body: body.to_owned(),
    };
    let kind = MessageKind::OrderReceived;
    assert!(own("{nom}").change(kind, &french).is_err());
    assert!(own(" ").change(kind, &french).is_err());
    let change = own("À samedi, {name} !").change(kind, &french).unwrap();
    mailing.shop.world.put(vec![change]).await;
    mailing.place().await;
    mailing.round().await;
    let text = readable(&mailing.server.taken()[0].text);
    assert!(text.contains("À samedi, Jane Doe !"), "{text}");
}

#[tokio::test]
async fn a_name_full_of_line_ends_and_braces_stays_a_name() {
    let mailing = Mailing::start().await;
    let mut basket = mailing.shop.basket(&[("P2", 1000)]);
    basket["name"] = json!("Jane {link} Bcc all");
    let _: Value = read(mailing.shop.place(&basket).await).await;
    mailing.round().await;
    let taken = mailing.server.taken();
    assert_eq!(taken.len(), 1);
    let (headers, text) = taken[0].text.split_once("\r\n\r\n").unwrap();
    assert!(!headers.contains("Bcc"), "{headers}");
    assert!(readable(text).contains("Jane {link} Bcc"));
}

#[tokio::test]
async fn what_a_till_marks_ready_is_told_too() {
    let mailing = Mailing::start().await;
    let order = mailing.place().await;
    mailing.round().await;
    let mut till = mailing.shop.world.till(1).await;
    till.side.books.orders.insert(order.id(), order.clone());
    till.side.now = MONDAY.plus_ms(DAY_MS);
    let ready = Event::OrderReady {
        order: order.id(),
        basket: None,
    };
    till.side.record("order_ready", vec![ready]);
    mailing.shop.world.push(&till, &till.side.entries).await;
    mailing.shop.world.push(&till, &till.side.entries).await;
    mailing.shop.world.clock.advance(DAY_MS);
    assert_eq!(mailing.round().await.sent, 1);
    let kind = EntityKind::new(EntityKind::ORDER);
    let store = mailing.shop.world.store();
    assert_eq!(
        store
            .entities(mailing.shop.world.hub(), kind)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn several_changes_within_a_short_time_are_one_message() {
    let mailing = Mailing::start().await;
    let order = mailing.place().await;
    mailing.round().await;
    let line = order.lines.iter().find(|line| line.code == "P2").unwrap();
    let one_more = || Event::OrderAmended {
        order: order.id(),
        seen: Default::default(),
        operations: vec![Operation::ChangeQuantity {
            line: line.id,
            from: line.wanted(),
            to: line.wanted() + Quantity::ONE,
            mode: QuantityMode::Add,
        }],
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    let clock = &mailing.shop.world.clock;
    for _ in 0..3 {
        mailing.happens(vec![one_more()]).await;
        clock.advance(MINUTE_MS);
        assert_eq!(
            mailing.round().await,
            RoundReport::default(),
            "it may change again"
        );
    }
    clock.advance(MINUTE_MS);
    assert_eq!(mailing.round().await.sent, 1);
    let text = readable(&mailing.server.taken()[1].text);
    assert!(text.contains("5 Eggs"), "{text}");
    mailing.happens(vec![one_more()]).await;
    clock.advance(2 * MINUTE_MS);
    assert_eq!(mailing.round().await.sent, 1, "a later one is told again");
}

#[tokio::test]
async fn changes_that_never_end_are_told_after_ten_minutes() {
    let mailing = Mailing::start().await;
    let order = mailing.place().await;
    mailing.round().await;
    let line = order.lines[0].id;
    let clock = &mailing.shop.world.clock;
    let mut sent = 0;
    for _ in 0..11 {
        let one_more = Event::OrderAmended {
            order: order.id(),
            seen: Default::default(),
            operations: vec![Operation::ChangeQuantity {
                line,
                from: Quantity::pieces(2),
                to: Quantity::pieces(3),
                mode: QuantityMode::Add,
            }],
            removed: Vec::new(),
            taken_back: Vec::new(),
            shift: None,
        };
        mailing.happens(vec![one_more]).await;
        clock.advance(MINUTE_MS);
        sent += mailing.round().await.sent;
    }
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_regular_order_says_why_it_came_and_what_is_not_in_it_whatever_the_hubs_text() {
    for own in [None, Some("Hello {name}: {lines}")] {
        let mailing = Mailing::start().await;
        let world = &mailing.shop.world;
        let jane = Customer {
            id: jane(),
            name: "Jane Doe".to_owned(),
            email: Some("jane@hub.example".to_owned()),
            phone: None,
            classes: Vec::new(),
            language: Some(Language::new("en")),
            active: true,
        };
        let line = |code: &str, quantity| RecurringLine {
            variant: world.bench.variants[code].id,
            quantity,
        };
        let recurring = RecurringOrder {
            id: RecurringOrderId::from_uuid(id(700)),
            customer: jane.id,
            location: world.bench.location,
            first: "2026-11-21".parse().unwrap(),
            minute: 540,
            weeks: 1,
            lines: vec![line("P2", pieces(1)), line("P3", pieces(2))],
            pause: None,
            skipped: Default::default(),
            note: String::new(),
            ended: false,
            since: MONDAY,
        };
        let mut things = vec![
            EntityChange::put(EntityKind::CUSTOMER, jane.id, &jane).unwrap(),
            EntityChange::put(EntityKind::RECURRING_ORDER, recurring.id, &recurring).unwrap(),
            EntityChange::settings(&world.bench.settings).unwrap(),
        ];
        if let Some(body) = own {
            let text = OwnText {
                subject: "{number}".to_owned(),
                body: body.to_owned(),
            };
            let kind = MessageKind::OrderReceived;
            things.push(text.change(kind, &Language::new("en")).unwrap());
        }
        world.put(things).await;
        world.clock.advance(DAY_MS);
        let repeater = Repeater::new(world.store(), Shelves::default());
        repeater.round(world.clock.now()).await.unwrap();
        mailing.round().await;
        let taken = mailing.server.taken();
        assert_eq!(taken.len(), 1);
        let text = readable(&taken[0].text);
        for part in [
            "1 Eggs, box of 6",
            "This is your regular order",
            "cancel it on its page until Friday 20 November, 09:00",
            "Not this time:",
            "2 Honey 500 g (sold out)",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
