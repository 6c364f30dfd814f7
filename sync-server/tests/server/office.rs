//! The office over loopback HTTP: who may come in, what its lists say, and what people do there.

mod goods;
mod house;
mod logins;
mod orders;
mod people;
mod recurring;
mod webhooks;
mod work;

use comptoir_domain::event::Event;
use comptoir_domain::ids::StaffId;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;
use reqwest::{Response, header};
use serde_json::{Value, json};
use sync_server::entropy::new_uuid;
use sync_server::office::{LoginToGive, OfficeDesk, OfficeOptions};
use sync_server::server::ServerOptions;
use sync_server::shop::OrderLinks;
use sync_server::store::EntityChange;

use crate::shop::Shop;
use crate::trade::{MONDAY, id};
use crate::world::{TestClock, World, read};

const PASSWORD: &str = "a password of words";

/// The bench's shop with three people who can log in.
pub(crate) struct Office {
    pub(crate) shop: Shop,
}

/// Somebody's browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    cookie: String,
    token: String,
}

const MARY: u128 = 8_001;
const CASS: u128 = 8_002;
const MAX: u128 = 8_003;

impl Office {
    pub(crate) async fn open() -> Office {
        Office::open_with(|_| {}).await
    }

    /// With a server that is set up otherwise.
    async fn open_with(adjust: impl FnOnce(&mut ServerOptions)) -> Office {
        let world = World::start_with(adjust).await;
        let shop = Shop::open_in(world, None).await;
        let world = &shop.world;
        let people = [
            (MARY, "Mary", Role::Manager),
            (CASS, "Cass", Role::Cashier),
            (MAX, "Max", Role::Bookkeeper),
        ];
        let staff = people.map(|(number, name, role)| {
            let person = Staff {
                id: StaffId::from_uuid(id(number)),
                name: name.to_owned(),
                role,
                pin_hash: None,
                active: true,
                language: None,
            };
            EntityChange::put(EntityKind::STAFF, person.id, &person).unwrap()
        });
        world.put(staff.to_vec()).await;
        world
            .put(vec![EntityChange::settings(&world.bench.settings).unwrap()])
            .await;
        Office { shop }
    }

    /// What a command beside the server gives out.
    async fn code(&self, number: u128, login: &str) -> String {
        let world = &self.shop.world;
        let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let desk = OfficeDesk::new(
            world.store(),
            OrderLinks::new(&key),
            std::sync::Arc::new(TestClock(world.clock.clone())),
            OfficeOptions::default(),
        );
        let hubs = world.store().hubs().await.unwrap();
        let hub = hubs.into_iter().find(|hub| hub.id == world.hub()).unwrap();
        let give = LoginToGive {
            staff: StaffId::from_uuid(id(number)),
            login: login.to_owned(),
        };
        desk.give_login_beside(&hub, give).await.unwrap()
    }

    pub(crate) async fn manager(&self) -> Browser {
        self.come_in(MARY, "mary").await
    }

    /// Sets a password with a code and is logged in.
    async fn come_in(&self, number: u128, login: &str) -> Browser {
        let code = self.code(number, login).await;
        let request = json!({"hub": self.hub(), "code": code, "new": PASSWORD});
        let response = self.post_as(None, "reset", &request).await;
        assert_eq!(response.status(), 200);
        self.browser(response).await
    }

    fn hub(&self) -> String {
        self.shop.world.hub().to_string()
    }

    async fn browser(&self, response: Response) -> Browser {
        let cookie = response.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
        let session: Value = read(response).await;
        Browser {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            token: session["token"].as_str().unwrap().to_owned(),
        }
    }

    fn url(&self, path: &str) -> String {
        self.shop.world.url(&format!("/office/api/{path}"))
    }

    async fn post_as(&self, who: Option<&Browser>, path: &str, body: &Value) -> Response {
        let mut request = self.shop.world.client.post(self.url(path)).json(body);
        if let Some(browser) = who {
            request = request
                .header(header::COOKIE, &browser.cookie)
                .header("x-office-token", &browser.token);
        }
        request.send().await.unwrap()
    }

    async fn get_as(&self, browser: &Browser, path: &str) -> Response {
        let request = self.shop.world.client.get(self.url(path));
        let request = request.header(header::COOKIE, &browser.cookie);
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, browser: &Browser, path: &str) -> Value {
        let response = self.get_as(browser, path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn post(&self, browser: &Browser, path: &str, body: &Value) -> Value {
        let response = self.post_as(Some(browser), path, body).await;
        let status = response.status();
        let answer: Value = response.json().await.unwrap();
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// The code of a refusal.
    async fn refused(&self, browser: &Browser, path: &str, body: &Value) -> (u16, String) {
        said(self.post_as(Some(browser), path, body).await).await
    }

    /// An order of two boxes of eggs and a kilogram of carrots.
    async fn order(&self) -> String {
        let basket = self.shop.basket(&[("P2", 2000), ("P1", 1000)]);
        let placed: Value = read(self.shop.place(&basket).await).await;
        placed["order"].as_str().unwrap().to_owned()
    }

    /// Something that people or providers did elsewhere.
    async fn happens(&self, events: Vec<Event>) {
        let world = &self.shop.world;
        let mut act = world.act("elsewhere", Vec::new());
        act.events = events;
        world.store().record(world.hub(), act).await.unwrap();
    }

    fn variant(&self, code: &str) -> String {
        self.shop.world.bench.variants[code].id.to_string()
    }

    fn place(&self) -> String {
        self.shop.world.bench.location.to_string()
    }
}

async fn said(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap();
    (
        status,
        answer["code"].as_str().unwrap_or_default().to_owned(),
    )
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn action() -> String {
    new_uuid(MONDAY).unwrap().to_string()
}
