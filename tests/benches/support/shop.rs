//! A till with a hundred thousand products, set up and open for sale.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use comptoir_domain::ids::{ActionId, IdSource, LocationId};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::SeededIds;
use comptoir_till::catalogue::count_uses;
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{Storage, StorePlace};
use comptoir_till::wire::{LanguageSet, Screen, SetupAlone, ShiftOpen, StaffSignIn};
use comptoir_till::{Core, feed};
use tempfile::TempDir;

use crate::support::{Goods, folder, now};

const PIN: &str = "4711";

/// How many pieces there are of each product: more than are sold.
const IN_STOCK: i64 = 1000;

/// A till's folder, set up and open for sale.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    pub(crate) location: Option<LocationId>,
}

impl Shop {
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("till")
    }

    pub(crate) fn core(&self, seed: u64) -> Result<Core> {
        let place = StorePlace {
            directory: self.data(),
            storage: Storage::Durable,
            reserve_bytes: 64 * 1024,
        };
        let keys = KeyFiles::new(KeyFiles::beside(&place.directory));
        Core::open(
            &place,
            Box::new(now),
            Box::new(SeededIds::new(seed)),
            Box::new(keys),
        )
        .context("open the till")
    }

    pub(crate) fn stocked(goods: &[Goods]) -> Result<Shop> {
        let mut shop = Shop {
            folder: folder("till-")?,
            location: None,
        };
        let mut core = shop.core(10)?;
        core.setup_alone(&setup()).context("set the till up")?;
        let settings = feed::settings(core.connection()).context("the settings")?;
        let location = settings.and_then(|settings| settings.locations.first().map(|at| at.id));
        shop.location = location;
        let location = location.context("a till is somewhere")?;
        for slice in goods.chunks(1000) {
            core.transaction(|tx| {
                for goods in slice {
                    let (product, variant) = (&goods.product, &goods.variant);
                    let id = product.id.to_string();
                    feed::put_local(tx, EntityKind::PRODUCT, &id, product)?;
                    let id = variant.id.to_string();
                    feed::put_local(tx, EntityKind::VARIANT, &id, variant)?;
                    let level = StockLevel {
                        on_hand: Quantity::pieces(IN_STOCK),
                        ..StockLevel::empty(variant.id, location)
                    };
                    let id = format!("{}:{location}", variant.id);
                    feed::put_local(tx, EntityKind::STOCK, &id, &level)?;
                }
                Ok(())
            })
            .context("fill the catalogue")?;
        }
        let Screen::SignIn(sign_in) = core.view().context("look at the till")?.screen else {
            bail!("nobody can sign in");
        };
        let staff = sign_in.staff.first().context("somebody works here")?.id;
        let pin = PIN.to_owned();
        core.staff_sign_in(&StaffSignIn { staff, pin })
            .context("sign in")?;
        // The steps that drive the window name what they look for in English.
        core.language_set(&LanguageSet {
            language: "en".to_owned(),
        })
        .context("choose the language")?;
        core.shift_open(&ShiftOpen {
            action: ActionId::from_uuid(SeededIds::new(11).next_uuid()),
            float: Money::minor(5000),
            denominations: Vec::new(),
        })
        .context("open the shift")?;
        sold_before(&mut core, goods)?;
        Ok(shop)
    }
}

/// What was sold on other days, which the finder shows first.
fn sold_before(core: &mut Core, goods: &[Goods]) -> Result<()> {
    let sold = goods.iter().step_by(97);
    core.transaction(|tx| count_uses(tx, sold.clone().map(|goods| goods.variant.id)))
        .context("note what was sold before")
}

fn setup() -> SetupAlone {
    SetupAlone {
        practice: false,
        sample_products: false,
        hub_name: "Le Panier du Coin".to_owned(),
        location_name: "Halle".to_owned(),
        country: "FR".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        legal_lines: vec!["12 rue des Halles".to_owned(), "44000 Nantes".to_owned()],
        till_code: "A".to_owned(),
        manager_name: "Maud".to_owned(),
        manager_pin: PIN.to_owned(),
    }
}
