//! The whole state of the screen, read from the database and the session. Nothing is decided here;
//! every figure comes from the domain.

mod care;
mod desks;
mod done;
mod goods;
pub(crate) mod orders;
mod pay;
mod problems;
mod report;
mod sell;
mod setup;
mod shift;
mod status;

pub use status::SyncReport;
pub(crate) use status::stopped_view;

use comptoir_domain::ids::StaffId;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::{Role, Staff};
use comptoir_domain::tax::TaxMode;
use comptoir_domain::tender::TenderKind as DomainTenderKind;
use rusqlite::Connection;

use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::session::Page;
use crate::store::meta::{self, key};
use crate::wire::{HubView, Screen, StaffRole, StaffView, TenderKind, TillView};

/// The language of a screen that nobody has chosen one for.
const LANGUAGE_DEFAULT: &str = "en";

impl Core {
    /// Everything that the screen shows now.
    pub fn view(&mut self) -> Result<TillView, TillError> {
        if let Err(error) = self.follow_order() {
            // The screen shows what it can; the next action says why nothing can be stored.
            tracing::warn!(%error, "an open order could not be set on its new state");
        }
        self.session.revision += 1;
        // One look at the database: each of the statements would lock it by itself.
        let _reading = self.connection().unchecked_transaction()?;
        let settings = self.settings()?;
        let staff = self.signed_in()?;
        let screen = self.screen(settings.as_deref(), staff.as_ref())?;
        Ok(TillView {
            revision: self.session.revision,
            hub: self.hub_view(settings.as_deref())?,
            language: self.language(settings.as_deref())?,
            screen,
            status: self.status_line()?,
            notices: self.session.notices(),
            sound: self.session.sound(),
            catalogue_revision: feed::catalogue_revision(self.connection())?,
            scanner: self.scanner_view()?,
            staff: staff.map(|staff| StaffView {
                id: staff.id,
                name: staff.name,
                role: staff_role(staff.role),
            }),
        })
    }

    fn screen(
        &self,
        settings: Option<&HubSettings>,
        staff: Option<&Staff>,
    ) -> Result<Screen, TillError> {
        if let Some(loading) = self.first_load()? {
            return Ok(Screen::FirstLoad(loading));
        }
        if settings.is_none() {
            return Ok(Screen::Setup(Box::new(self.setup_view()?)));
        }
        if staff.is_none() {
            return Ok(Screen::SignIn(self.sign_in_view()?));
        }
        let desk = self.desk()?;
        if let Page::Report(shift) = self.session.page
            && let Some(report) = self.find_report(Some(shift))?
        {
            return Ok(Screen::ZReport(Box::new(report)));
        }
        match desk.shift() {
            None => Ok(Screen::OpenShift(Box::new(self.open_shift_view(&desk)?))),
            Some(shift) if self.session.page == Page::Closing => Ok(Screen::CloseShift(Box::new(
                self.close_shift_view(&desk, shift)?,
            ))),
            Some(_) => Ok(Screen::Sell(Box::new(self.sell_view(&desk)?))),
        }
    }

    fn hub_view(&self, settings: Option<&HubSettings>) -> Result<Option<HubView>, TillError> {
        let Some(settings) = settings else {
            return Ok(None);
        };
        let standing = self.standing()?;
        let location = settings
            .locations
            .iter()
            .find(|known| Some(known.id) == standing.location)
            .map(|location| location.name.clone());
        let code = standing.till_code;
        Ok(Some(HubView {
            name: settings.name.clone(),
            location: location.unwrap_or_default(),
            till_code: code.map_or_else(String::new, |code| code.as_str().to_owned()),
            country: settings.country.code().to_owned(),
            currency: settings.currency.code.clone(),
            currency_decimals: settings.currency.decimals,
            time_zone: zone_name(settings),
            prices_include_tax: settings.tax_mode == TaxMode::Inclusive,
            practice: standing.practice,
        }))
    }

    /// The screen's language: the chosen one, else the hub's first that the screen speaks.
    pub(crate) fn language(&self, settings: Option<&HubSettings>) -> Result<String, TillError> {
        if let Some(chosen) = meta::get(self.connection(), key::LANGUAGE)? {
            return Ok(chosen);
        }
        let spoken = |tag: &str| tag.starts_with("fr").then_some("fr");
        let hubs = settings
            .and_then(|settings| settings.languages.first())
            .and_then(|language| spoken(language.tag()));
        Ok(hubs.unwrap_or(LANGUAGE_DEFAULT).to_owned())
    }
}

fn zone_name(settings: &HubSettings) -> String {
    // A zone is written as its IANA name.
    match serde_json::to_value(settings.zone) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "UTC".to_owned(),
    }
}

/// A person's name; empty where they are no longer known.
pub(crate) fn staff_name(
    connection: &Connection,
    staff: Option<StaffId>,
) -> Result<String, TillError> {
    let Some(staff) = staff else {
        return Ok(String::new());
    };
    let staff: Option<Staff> = feed::entity(
        connection,
        comptoir_sync::feed::EntityKind::STAFF,
        &staff.to_string(),
    )?;
    Ok(staff.map_or_else(String::new, |staff| staff.name))
}

pub(crate) const fn staff_role(role: Role) -> StaffRole {
    match role {
        Role::Manager => StaffRole::Manager,
        Role::Cashier | Role::Bookkeeper => StaffRole::Cashier,
    }
}

pub(crate) const fn tender_kind(kind: DomainTenderKind) -> TenderKind {
    match kind {
        DomainTenderKind::Cash => TenderKind::Cash,
        DomainTenderKind::CardTerminal => TenderKind::CardTerminal,
        DomainTenderKind::CardStandalone => TenderKind::CardStandAlone,
        DomainTenderKind::Cheque => TenderKind::Cheque,
        DomainTenderKind::Transfer => TenderKind::Transfer,
        DomainTenderKind::Online => TenderKind::Online,
        DomainTenderKind::MealVoucher => TenderKind::MealVoucher,
        DomainTenderKind::LocalCurrency => TenderKind::LocalCurrency,
        DomainTenderKind::OnAccount => TenderKind::OnAccount,
        DomainTenderKind::Credit => TenderKind::Credit,
        DomainTenderKind::Voucher => TenderKind::Voucher,
    }
}
