//! The first run, the first load, and who can sign in.

use comptoir_domain::country::{country_facts, known_countries};
use comptoir_domain::settings::country_supported_for_real_use;

use super::staff_role;
use crate::core::Core;
use crate::desk::active_staff;
use crate::error::TillError;
use crate::feed::{FeedState, Phase};
use crate::pin;
use crate::store::meta::{self, key};
use crate::store::states;
use crate::wire::{CountryChoice, FirstLoadView, SetupView, SignInView, StaffChoice};

const COUNTRY_FIRST: &str = "FR";
const TILL_CODE_FIRST: &str = "A";

impl Core {
    pub(super) fn setup_view(&self) -> Result<SetupView, TillError> {
        let mut countries: Vec<CountryChoice> = known_countries()
            .filter_map(|country| {
                let facts = country_facts(country)?;
                Some(CountryChoice {
                    code: country.code().to_owned(),
                    currency: facts.currency.to_owned(),
                    prices_include_tax: true,
                    time_zone: facts.zone.to_owned(),
                    real_use: country_supported_for_real_use(country).is_ok(),
                })
            })
            .collect();
        countries.sort_by_key(|choice| (choice.code != COUNTRY_FIRST, choice.code.clone()));
        let mut time_zones: Vec<String> = known_countries()
            .filter_map(|country| country_facts(country).map(|facts| facts.zone.to_owned()))
            .collect();
        time_zones.sort();
        time_zones.dedup();
        let first = countries.first().and_then(|choice| {
            let country = choice.code.parse().ok()?;
            country_facts(country).map(|facts| facts.zone.to_owned())
        });
        Ok(SetupView {
            time_zone: first.unwrap_or_else(|| "UTC".to_owned()),
            countries,
            time_zones,
            till_code: TILL_CODE_FIRST.to_owned(),
        })
    }

    /// How far the first load is, while it is not there yet.
    pub(crate) fn first_load(&self) -> Result<Option<FirstLoadView>, TillError> {
        let connection = self.connection();
        let Some(server) = meta::get(connection, key::SERVER)? else {
            return Ok(None);
        };
        let feed = FeedState::load(connection)?;
        if feed.is_loaded() {
            return Ok(None);
        }
        let number = |rows: u64| u32::try_from(rows).unwrap_or(u32::MAX);
        Ok(Some(FirstLoadView {
            server,
            loaded: number(feed.checksum.rows),
            total: feed.total.map(number),
            indexing: feed.phase == Phase::Indexing,
            waiting: self.sync_state()?.problem,
        }))
    }

    pub(super) fn sign_in_view(&self) -> Result<SignInView, TillError> {
        let now = self.clock.now();
        let connection = self.connection();
        let staff = active_staff(connection)?
            .into_iter()
            .map(|person| {
                Ok(StaffChoice {
                    slowed_until: pin::slowed_until(connection, person.id, now)?,
                    id: person.id,
                    name: person.name,
                    role: staff_role(person.role),
                })
            })
            .collect::<Result<_, TillError>>()?;
        let till = states::till(connection, self.identity.till)?;
        Ok(SignInView {
            staff,
            shift_open: till.open_shift.is_some(),
        })
    }
}
