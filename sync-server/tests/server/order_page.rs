//! The order page as browsers meet it: what it shows, orders that are placed by its form, and the secret
//! address under which they are found again.

use comptoir_domain::catalogue::{Picture, Product};
use comptoir_domain::decide::{self, HandOver};
use comptoir_domain::draft::Draft;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ProductId, SlotId};
use comptoir_domain::order::{Fate, Fulfilment, Operation, Order, QuantityMode, Seen};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;
use reqwest::header::{ACCEPT_LANGUAGE, HeaderValue};
use reqwest::{Client, Response, StatusCode, redirect};
use sync_server::entropy::new_uuid;
use sync_server::store::EntityChange;
use uuid::Uuid;

use crate::trade::{DAY_MS, MONDAY, cents, id, pieces};
use crate::world::World;

/// A name that would run if anybody let it.
const HOSTILE: &str = "<script>alert('\"1\"')</script>&amp;";

pub(crate) struct Market {
    pub(crate) world: World,
    pub(crate) slot: Slot,
    /// Reads English and follows no redirect.
    client: Client,
}

impl Market {
    /// The bench's products with their stock, one slot on Saturday.
    pub(crate) async fn open() -> Market {
        Market::with(|_| {}).await
    }

    async fn with(adjust: impl FnOnce(&mut World)) -> Market {
        let mut world = World::start().await;
        adjust(&mut world);
        Market::in_world(world).await
    }

    /// In a world of its own.
    pub(crate) async fn in_world(world: World) -> Market {
        let slot = Slot {
            id: SlotId::from_uuid(id(60)),
            location: world.bench.location,
            starts_at: MONDAY.plus_ms(5 * DAY_MS),
            ends_at: MONDAY.plus_ms(5 * DAY_MS + 3_600_000),
            orders_until: MONDAY.plus_ms(4 * DAY_MS),
            capacity: None,
            active: true,
        };
        let variants = world.bench.variants.values();
        let mut changes: Vec<EntityChange> = variants
            .clone()
            .map(|variant| EntityChange::put(EntityKind::VARIANT, variant.id, variant).unwrap())
            .collect();
        changes.extend(variants.map(|variant| {
            let product = product(variant.product, &variant.name);
            EntityChange::put(EntityKind::PRODUCT, product.id, &product).unwrap()
        }));
        changes.push(EntityChange::put(EntityKind::SLOT, slot.id, &slot).unwrap());
        let mut act = world.act("opening", changes);
        act.events = vec![world.bench.opening_stock()];
        world.store().record(world.hub(), act).await.unwrap();
        let english = [(ACCEPT_LANGUAGE, HeaderValue::from_static("en-GB"))];
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .default_headers(english.into_iter().collect());
        Market {
            world,
            slot,
            client: client.build().unwrap(),
        }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/shop/{}{rest}", self.world.hub())
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let request = self.client.get(self.world.url(path));
        request.send().await.unwrap()
    }

    /// A page of the shop that is there.
    pub(crate) async fn page(&self, rest: &str) -> String {
        let response = self.get(&self.path(rest)).await;
        assert_eq!(response.status(), StatusCode::OK, "{rest}");
        response.text().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, String)]) -> Response {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let request = self.client.post(self.world.url(path));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body.join("&")).send().await.unwrap()
    }

    fn basket(&self, items: &[(&str, i64)]) -> String {
        let items = items.iter().map(|(code, quantity)| {
            let variant = self.world.bench.variants[code].id;
            format!("{variant}:{quantity}")
        });
        items.collect::<Vec<_>>().join(",")
    }

    /// The form as a customer sends it.
    pub(crate) fn form(&self, items: &[(&str, i64)]) -> Vec<(&'static str, String)> {
        vec![
            ("order", new_uuid(MONDAY).unwrap().to_string()),
            ("basket", self.basket(items)),
            ("total", String::new()),
            ("name", "Jane Doe".to_owned()),
            ("email", "jane@hub.example".to_owned()),
            ("phone", String::new()),
            ("slot", self.slot.id.to_string()),
            ("note", "No bag".to_owned()),
        ]
    }

    pub(crate) async fn send(&self, form: &[(&str, String)]) -> Response {
        self.post(&self.path("/orders"), form).await
    }

    /// Places an order and returns the path of its page.
    pub(crate) async fn ordered(&self, items: &[(&str, i64)]) -> String {
        let response = self.send(&self.form(items)).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        location(&response)
    }

    pub(crate) async fn orders(&self) -> Vec<Order> {
        let kind = EntityKind::new(EntityKind::ORDER);
        let store = self.world.store();
        let rows = store.entities(self.world.hub(), kind).await.unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).unwrap())
            .collect()
    }
}

fn product(id: ProductId, name: &str) -> Product {
    let text = |text: &str| Some(text.to_owned());
    Product {
        id,
        name: name.to_owned(),
        description: text("From the hills of Sologne, crème de la crème"),
        ingredients: text("nothing but itself"),
        allergens: text("may hold nuts"),
        origin: text("Loiret"),
        storage: None,
        category: text(if name == "Carrots" {
            "Vegetables/Roots"
        } else {
            "Pantry"
        }),
        supplier: None,
    }
}

/// As a browser writes the values of a form.
fn encoded(value: &str) -> String {
    let bytes = value.bytes();
    bytes
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

pub(crate) fn location(response: &Response) -> String {
    let location = response.headers().get("location").unwrap();
    location.to_str().unwrap().to_owned()
}

pub(crate) fn set(form: &mut [(&'static str, String)], name: &str, value: &str) {
    let field = form.iter_mut().find(|(known, _)| *known == name).unwrap();
    field.1 = value.to_owned();
}

/// The value of the first hidden field of a name.
pub(crate) fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, after) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    after.split_once('"').unwrap().0
}

#[tokio::test]
async fn the_only_hub_opens_at_the_door_and_shows_what_it_has() {
    let market = Market::open().await;
    let door = market.get("/").await;
    assert_eq!(door.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(location(&door), market.path(""));
    let home = market.page("").await;
    for shown in [
        "Carrots",
        "€2.40 / kg",
        "Honey 500 g",
        "Only 1 left",
        "Vegetables",
    ] {
        assert!(home.contains(shown), "{shown}");
    }
    assert!(home.contains("Saturday 21 November"), "the next pick-up");
    let roots = market.page("?category=Vegetables").await;
    assert!(roots.contains("Carrots") && !roots.contains("Honey 500 g"));
}

#[tokio::test]
async fn a_search_finds_by_name_and_text_without_accents() {
    let market = Market::open().await;
    let found = market.page("?q=HON").await;
    assert!(found.contains("Honey 500 g") && !found.contains("Carrots"));
    let found = market.page("?q=creme+carrot").await;
    assert!(found.contains("Carrots") && !found.contains("Honey 500 g"));
    let nothing = market.page("?q=%3Cb%3Enothing").await;
    assert!(nothing.contains("Nothing here goes by that name"));
    assert!(nothing.contains("&lt;b&gt;nothing") && !nothing.contains("<b>nothing"));
}

#[tokio::test]
async fn a_product_says_everything_and_escapes_what_people_named() {
    let market = Market::with(|world| {
        let honey = world.bench.variants.get_mut("P3").unwrap();
        honey.name = HOSTILE.to_owned();
        honey.image = Some("\"onerror=alert(1)".to_owned());
        honey.content = Some(comptoir_domain::unit_price::Content {
            quantity: pieces(500),
            unit: comptoir_domain::quantity::Unit::Gram,
        });
    })
    .await;
    let honey = market.world.bench.variants["P3"].id;
    let basket = market.basket(&[("P3", 1000)]);
    let order = market.ordered(&[("P3", 1000)]).await;
    let order = order.strip_prefix(&market.path("")).unwrap().to_owned();
    let product = format!("/p/{honey}");
    for path in ["", &product, &format!("/quote?basket={basket}"), &order] {
        let page = market.page(path).await;
        assert!(!page.contains("<script>alert"), "{path}");
        assert!(!page.contains("\"onerror"), "{path}");
        assert!(page.contains("&lt;script&gt;alert("), "{path}");
    }
    let page = market.page(&product).await;
    for said in [
        "€7.50",
        "€15.00 / kg",
        "nothing but itself",
        "may hold nuts",
        "Loiret",
        "Sold out",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[tokio::test]
async fn a_basket_is_reckoned_by_the_server() {
    let market = Market::open().await;
    let basket = market.basket(&[("P1", 1500), ("P2", 2000), ("P3", 2000)]);
    let quote = market.page(&format!("/quote?basket={basket}")).await;
    assert!(quote.contains("data-minor=\"960\""), "{quote}");
    assert!(quote.contains("data-count=\"3\""), "{quote}");
    assert!(quote.contains("Of Honey 500 g only 1 are left"), "{quote}");
    let empty = market.page("/quote?basket=").await;
    assert!(empty.contains("Your basket is empty"));
    let broken = market.get(&market.path("/quote?basket=x")).await;
    assert_eq!(broken.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_order_that_is_sent_twice_is_one_order_at_one_address() {
    let market = Market::open().await;
    let mut form = market.form(&[("P2", 2000), ("P1", 500)]);
    set(&mut form, "total", "720");
    let first = market.send(&form).await;
    let again = market.send(&form).await;
    assert_eq!(first.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&first), location(&again));
    let orders = market.orders().await;
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].totals().total, cents(720));
    let page = market.get(&location(&first)).await.text().await.unwrap();
    for shown in [
        "Order O-1001",
        "€7.20",
        "Still to pay",
        "Market",
        "No bag",
        "<svg",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_what_was_typed_and_says_what_is_wrong() {
    let market = Market::open().await;
    for (field, value, sentence) in [
        ("name", " ", "Please tell us your name"),
        ("email", "nobody", "Please give an e-mail address"),
        ("slot", "", "Please choose when you fetch it"),
        ("total", "1", "it comes to €3.00 now"),
        ("basket", "", "An order needs something in it"),
    ] {
        let mut form = market.form(&[("P2", 1000)]);
        set(&mut form, "note", "\"><b>for Jane");
        set(&mut form, field, value);
        let response = market.send(&form).await;
        assert_eq!(
            response.status(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "{field}"
        );
        let page = response.text().await.unwrap();
        assert!(page.contains(sentence), "{field}: {page}");
        assert!(page.contains("&gt;&lt;b&gt;for Jane</textarea>"), "{field}");
        if field != "email" {
            assert!(page.contains("value=\"jane@hub.example\""), "{field}");
        }
    }
    let response = market.send(&market.form(&[("P3", 2000)])).await;
    let page = response.text().await.unwrap();
    assert!(page.contains("Of Honey 500 g only 1 are left"));
    assert!(market.orders().await.is_empty());
}

#[tokio::test]
async fn what_is_sold_out_cannot_be_ordered() {
    let market = Market::open().await;
    market.ordered(&[("P3", 1000)]).await;
    let honey = market.world.bench.variants["P3"].id;
    let product = market.page(&format!("/p/{honey}")).await;
    assert!(product.contains("Sold out") && !product.contains("stepper"));
    let refused = market.send(&market.form(&[("P3", 1000)])).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("Honey 500 g is sold out"));
    assert_eq!(market.orders().await.len(), 1);
}

#[tokio::test]
async fn a_guessed_address_leads_nowhere() {
    let market = Market::open().await;
    let path = market.ordered(&[("P2", 1000)]).await;
    let order = market.orders().await.remove(0).id();
    let secret = path.rsplit_once('.').unwrap().1.to_owned();
    let last = if secret.ends_with('0') { "1" } else { "0" };
    let guessed = format!("{}{last}", &secret[..secret.len() - 1]);
    let unknown = Uuid::from_u128(7);
    let mut answers = Vec::new();
    for path in [
        market.path(&format!("/o/{order}.{guessed}")),
        market.path(&format!("/o/{order}")),
        market.path(&format!("/o/{unknown}.{secret}")),
        format!("/shop/{unknown}/o/{order}.{secret}"),
        format!("/shop/x/o/{order}.{secret}"),
        market.path("/nowhere/at/all"),
        market.path("/p/1"),
    ] {
        let response = market.get(&path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        answers.push(response.text().await.unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "nobody learns which part was wrong");
    let cancel = format!("/o/{order}.{guessed}/cancel");
    let action = vec![("action", new_uuid(MONDAY).unwrap().to_string())];
    let refused = market.post(&market.path(&cancel), &action).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    assert_eq!(market.orders().await[0].fulfilment(), Fulfilment::Accepted);
}

#[tokio::test]
async fn the_id_of_an_order_opens_it_for_nobody_else() {
    let market = Market::open().await;
    let form = market.form(&[("P2", 1000)]);
    assert_eq!(market.send(&form).await.status(), StatusCode::SEE_OTHER);
    let mut stranger = form.clone();
    set(&mut stranger, "name", "John Roe");
    set(&mut stranger, "email", "john@hub.example");
    let refused = market.send(&stranger).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(market.orders().await.len(), 1);
}

#[tokio::test]
async fn an_order_is_changed_and_cancelled_until_the_cut_off() {
    let market = Market::open().await;
    let path = market.ordered(&[("P2", 2000), ("P1", 1000)]).await;
    let page = market.get(&path).await.text().await.unwrap();
    let orders = market.orders().await;
    let eggs = orders[0].lines.iter().find(|line| line.code == "P2");
    let (line, was) = (
        format!("line-{}", eggs.unwrap().id),
        format!("was-{}", eggs.unwrap().id),
    );
    let change = [
        ("action", hidden(&page, "action").to_owned()),
        (line.as_str(), "1".to_owned()),
        (was.as_str(), "2".to_owned()),
    ];
    for _ in 0..2 {
        let amended = market.post(&format!("{path}/amend"), &change).await;
        assert_eq!(amended.status(), StatusCode::SEE_OTHER);
    }
    assert_eq!(market.orders().await[0].totals().total, cents(540));
    let reloaded = market.get(&format!("{path}/amend")).await;
    assert_eq!(reloaded.status(), StatusCode::OK);
    let unreadable = [
        ("action", new_uuid(MONDAY).unwrap().to_string()),
        (line.as_str(), "1e3".to_owned()),
        (was.as_str(), "1".to_owned()),
    ];
    let refused = market.post(&format!("{path}/amend"), &unreadable).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let cancel = || [("action", new_uuid(MONDAY).unwrap().to_string())];
    let other = market.ordered(&[("P4", 1000)]).await;
    market.world.clock.advance(4 * DAY_MS);
    let page = market.get(&path).await.text().await.unwrap();
    assert!(page.contains("please ask at the counter"));
    assert!(!page.contains("/cancel"));
    let late = market.post(&format!("{path}/cancel"), &cancel()).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text().await.unwrap().contains("ask at the counter"));
    assert_eq!(market.orders().await[0].fulfilment(), Fulfilment::Accepted);

    market.world.clock.advance(-4 * DAY_MS);
    let cancelled = market.post(&format!("{other}/cancel"), &cancel()).await;
    assert_eq!(cancelled.status(), StatusCode::SEE_OTHER);
    let page = market.get(&other).await.text().await.unwrap();
    assert!(page.contains("This order was cancelled"));
}

#[tokio::test]
async fn what_the_counter_did_shows_on_the_page() {
    let market = Market::open().await;
    let path = market.ordered(&[("P2", 2000)]).await;
    let page = market.get(&path).await.text().await.unwrap();
    assert!(page.contains("Thank you. We have your order."));
    let order = market.orders().await.remove(0);
    let mut till = market.world.till(1).await;
    let bench = &market.world.bench;
    let shift = till.side.open_shift(bench, 0);
    till.side.books.orders.insert(order.id(), order.clone());
    let mut draft = Draft::amending(order, MONDAY);
    let kind = comptoir_domain::tender::TenderKind::Cash;
    till.side.pay(bench, &mut draft, kind, None, shift).unwrap();
    let events = till.side.decide(bench, |_, context| {
        decide::complete(&draft, &HandOver::Everything, "", shift, context)
    });
    till.side.record("fetched", events.unwrap());
    market.world.push(&till, &till.side.entries).await;
    let page = market.get(&path).await.text().await.unwrap();
    assert!(page.contains("You have fetched your order"));
    assert!(page.contains("Everything is paid"));
    assert!(page.contains("data-moves=\"false\""));
}

#[tokio::test]
async fn what_the_counter_changed_is_shown_beside_what_was_ordered() {
    let market = Market::open().await;
    let path = market
        .ordered(&[("P2", 3000), ("P1", 1000), ("P4", 1000)])
        .await;
    let order = market.orders().await.remove(0);
    let line = |code: &str| order.lines.iter().find(|line| line.code == code).unwrap();
    let operations = vec![
        Operation::ChangeQuantity {
            line: line("P2").id,
            from: pieces(3),
            to: pieces(2),
            mode: QuantityMode::Set,
        },
        Operation::Weigh {
            line: line("P1").id,
            to: Quantity::thousandths(1120),
        },
        Operation::RemoveLine {
            line: line("P4").id,
            from: pieces(1),
            collected: Quantity::ZERO,
            fate: Fate::NeverThere,
            reason: String::new(),
        },
    ];
    let mut till = market.world.till(1).await;
    let amended = Event::OrderAmended {
        order: order.id(),
        seen: Seen::default(),
        operations,
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    till.side.record("order_amended", vec![amended]);
    market.world.push(&till, &till.side.entries).await;
    let page = market.get(&path).await.text().await.unwrap();
    for shown in ["was 3", "1.120\u{a0}kg", "as weighed", "was 1", "Taken off"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(page.contains("€8.69"), "the total of what is left");
}

#[tokio::test]
async fn each_visitor_reads_their_own_language() {
    let market = Market::open().await;
    let speaking = async |path: &str, language: &str| {
        let request = market.client.get(market.world.url(&market.path(path)));
        let request = request.header("accept-language", language);
        request.send().await.unwrap().text().await.unwrap()
    };
    let french = speaking("", "fr-FR,fr;q=0.9,en;q=0.8").await;
    assert!(french.contains("<html lang=\"fr\">") && french.contains("Plus que 1"));
    assert!(french.contains("samedi 21 novembre"));
    let asked = speaking("?lang=en", "fr").await;
    assert!(asked.contains("<html lang=\"en\">") && asked.contains("Only 1 left"));
    assert!(
        asked.contains("/checkout?lang=en"),
        "it stays from page to page"
    );
    let nowhere = speaking("/nowhere", "fr").await;
    assert!(nowhere.contains("Il n’y a rien ici"));
    let silent = market.world.client.get(market.world.url(&market.path("")));
    let silent = silent.send().await.unwrap().text().await.unwrap();
    assert!(silent.contains("<html lang=\"fr\">"), "the hub's own");
}

#[tokio::test]
async fn every_page_says_what_it_may_do() {
    let market = Market::open().await;
    let order = market.ordered(&[("P2", 1000)]).await;
    let carrots = market.world.bench.variants["P1"].id;
    let home = market.page("").await;
    let style = home.split_once("rel=\"stylesheet\" href=\"").unwrap().1;
    let style = style.split_once('"').unwrap().0;
    for path in [
        "/",
        style,
        &order,
        &market.path(""),
        &market.path(&format!("/p/{carrots}")),
        &market.path("/checkout"),
        &market.path("/quote"),
        &market.path("/nowhere"),
        "/shop/x",
    ] {
        let response = market.get(path).await;
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        let kept = header("cache-control");
        assert_eq!(kept.contains("immutable"), path == style, "{path}");
        let page = response.text().await.unwrap();
        assert!(
            !page.contains(" style=\"") && !page.contains("<style"),
            "{path}"
        );
        assert!(!page.contains(" onclick"), "{path}");
    }
}

#[tokio::test]
async fn pictures_are_shown_and_nothing_else() {
    let market = Market::open().await;
    let picture = |media_type: &str| Picture {
        media_type: media_type.to_owned(),
        base64: "PHN2Zy8+".to_owned(),
    };
    let drawing = EntityChange::put(EntityKind::PICTURE, "one", &picture("image/svg+xml"));
    let page = EntityChange::put(EntityKind::PICTURE, "two", &picture("text/html"));
    market
        .world
        .put(vec![drawing.unwrap(), page.unwrap()])
        .await;
    let shown = market.get(&market.path("/pictures/one")).await;
    assert_eq!(shown.headers()["content-type"], "image/svg+xml");
    let policy = shown.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
    assert_eq!(shown.text().await.unwrap(), "<svg/>");
    for name in ["two", "three"] {
        let refused = market.get(&market.path(&format!("/pictures/{name}"))).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn one_address_orders_so_often_and_so_much() {
    let market = Market::open().await;
    let mut long = market.form(&[("P2", 1000)]);
    set(&mut long, "note", &"x".repeat(80_000));
    let refused = market.send(&long).await;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let nothing = market.form(&[]);
    let mut refused = market.send(&nothing).await;
    for _ in 0..60 {
        refused = market.send(&nothing).await;
    }
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    market.world.clock.advance(60_000);
    market.ordered(&[("P2", 1000)]).await;
}
