//! The first run of a till that works without a server: the hub, its manager and, where wanted, a
//! small assortment to begin with. A server adopts all of it later.

use comptoir_domain::country::Country;
use comptoir_domain::document::TillCode;
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{ActionId, HubId, LocationId, StaffId};
use comptoir_domain::settings::{HubSettings, Location, country_supported_for_real_use};
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;

use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::pin;
use crate::samples;
use crate::store::meta::{self, key};
use crate::wire::{ApiError, Code, Param, SetupAlone, TillView};

const NAME_CHARACTERS_MAX: usize = 80;

impl Core {
    /// Sets the till up to work alone.
    pub fn setup_alone(&mut self, request: &SetupAlone) -> Result<TillView, TillError> {
        self.session.begin_action();
        if self.settings()?.is_some() {
            return Err(TillError::refuse(
                Code::NotNow,
                "the till is set up already",
            ));
        }
        let code = TillCode::new(&request.till_code)
            .map_err(|error| TillError::refuse(Code::NameInvalid, error.to_string()))?;
        pin::check_form(&request.manager_pin)?;
        let settings = self.hub_settings(request)?;
        let manager = self.manager(request)?;
        let location = settings.locations.first().map(|location| location.id);
        let samples = if request.sample_products {
            samples::assortment(&settings, self.ids.as_mut())
        } else {
            Vec::new()
        };
        // The screen goes on in the language in which the questions were answered.
        let language = self.language(None)?;
        let action = ActionId::from_uuid(self.ids.next_uuid());
        self.act(Some(action), |act| {
            meta::set(act.tx, key::TILL_CODE, code.as_str())?;
            meta::set(act.tx, key::LANGUAGE, &language)?;
            if let Some(location) = location {
                meta::set(act.tx, key::LOCATION, &location.to_string())?;
            }
            if request.practice {
                meta::set(act.tx, key::PRACTICE, "1")?;
            }
            feed::put_local(
                act.tx,
                EntityKind::SETTINGS,
                &settings.hub.to_string(),
                &settings,
            )?;
            feed::put_local(act.tx, EntityKind::STAFF, &manager.id.to_string(), &manager)?;
            for (product, variant) in &samples {
                feed::put_local(
                    act.tx,
                    EntityKind::PRODUCT,
                    &product.id.to_string(),
                    product,
                )?;
                feed::put_local(
                    act.tx,
                    EntityKind::VARIANT,
                    &variant.id.to_string(),
                    variant,
                )?;
            }
            let fact = AuditFact::Started {
                version: env!("CARGO_PKG_VERSION").to_owned(),
            };
            act.write_events("till_set_up", action, vec![Event::Audited { fact }])
        })?;
        self.view()
    }

    fn hub_settings(&mut self, request: &SetupAlone) -> Result<HubSettings, TillError> {
        let country = Country::from_code(&request.country)
            .map_err(|error| TillError::refuse(Code::CountryNotSupported, error.to_string()))?;
        if !request.practice
            && let Err(refused) = country_supported_for_real_use(country)
        {
            let error = ApiError::new(Code::CountryNotSupported, refused.to_string());
            return Err(error
                .with("country", Param::Text(country.code().to_owned()))
                .into());
        }
        let name = checked_name(&request.hub_name)?;
        let hub = HubId::from_uuid(self.ids.next_uuid());
        let mut settings = HubSettings::for_country(hub, name, country).map_err(|error| {
            let error = ApiError::new(Code::CountryNotSupported, error.to_string());
            TillError::from(error.with("country", Param::Text(country.code().to_owned())))
        })?;
        if let Ok(zone) = request.time_zone.parse() {
            settings.zone = zone;
        }
        settings.legal.address_lines = request
            .legal_lines
            .iter()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect();
        settings.locations.push(Location {
            id: LocationId::from_uuid(self.ids.next_uuid()),
            name: checked_name(&request.location_name)?,
            active: true,
        });
        Ok(settings)
    }

    fn manager(&mut self, request: &SetupAlone) -> Result<Staff, TillError> {
        Ok(Staff {
            id: StaffId::from_uuid(self.ids.next_uuid()),
            name: checked_name(&request.manager_name)?,
            role: Role::Manager,
            pin_hash: Some(pin::hash(&request.manager_pin, self.ids.as_mut())?),
            active: true,
            language: None,
        })
    }
}

fn checked_name(name: &str) -> Result<String, TillError> {
    let name = name.trim();
    let fits = !name.is_empty()
        && name.chars().count() <= NAME_CHARACTERS_MAX
        && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(TillError::refuse(
            Code::NameInvalid,
            "a name has 1 to 80 characters",
        ))
    }
}
