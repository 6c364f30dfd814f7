//! The settings of the hub, as far as people change them here.

use chrono::NaiveDate;
use comptoir_domain::country::Language;
use comptoir_domain::money::{AMOUNT_MAX, Money};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::Permission;
use comptoir_domain::tax::{TaxClass, TaxRate, TaxRateRow};
use comptoir_domain::tender::Tender;
use comptoir_sync::feed::EntityKind;

use super::desk::OfficeDesk;
use super::people::name_of;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    AddTaxRate, SaveSettings, SettingsFields, SettingsView, TaxRateView, TenderFields,
};

/// The longest line of a text, in characters, and the most lines of one.
const LINE_MAX: usize = 120;
const LINES_MAX: usize = 12;

const MINUTES_OF_DAY: u16 = 24 * 60;
const PPM: i32 = 1_000_000;

fn invalid(field: &'static str) -> OfficeRefusal {
    OfficeRefusal::new("setting_invalid").with("field", field)
}

impl OfficeDesk {
    pub async fn settings(&self, sitting: &Sitting) -> Result<SettingsView, OfficeError> {
        sitting.permit_one_of(&[Permission::ChangeSettings, Permission::SeeReports])?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let kept = overview.kept_settings()?;
        let rates = kept.thing.tax_rates.iter().map(|row| TaxRateView {
            class: row.class.name().to_owned(),
            rate: i64::from(row.rate.ppm()),
            valid_from: row.valid_from.to_string(),
            valid_until: row.valid_until.map(|day| day.to_string()),
        });
        Ok(SettingsView {
            seen: kept.seen,
            fields: fields_of(&kept.thing),
            tax_rates: rates.collect(),
        })
    }

    pub async fn save_settings(
        &self,
        sitting: &Sitting,
        asked: SaveSettings,
    ) -> Result<SettingsView, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let fields = checked(asked.fields)?;
        let hub = sitting.hub.id;
        let seen = Some(asked.seen);
        self.act(
            sitting,
            asked.action,
            "settings_saved",
            move |holdings, writing| {
                writing.change(holdings, EntityKind::SETTINGS, hub, seen, |old| {
                    let old: HubSettings = old.ok_or(OfficeRefusal::NOT_FOUND)?;
                    Ok(with_fields(old, &fields)?)
                })
            },
        )
        .await?;
        self.settings(sitting).await
    }

    /// A new rate from a day to come on; what was sold keeps its own.
    pub async fn add_tax_rate(
        &self,
        sitting: &Sitting,
        asked: AddTaxRate,
    ) -> Result<SettingsView, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let day: NaiveDate = asked
            .valid_from
            .parse()
            .map_err(|_| OfficeRefusal::new("day_invalid"))?;
        if !(0..=PPM).contains(&asked.rate) {
            return Err(invalid("rate").into());
        }
        let row = TaxRateRow {
            class: TaxClass::new(asked.class.trim()),
            rate: TaxRate::from_ppm(asked.rate),
            valid_from: day,
            valid_until: None,
        };
        let hub = sitting.hub.id;
        let seen = Some(asked.seen);
        self.act(
            sitting,
            asked.action,
            "tax_rate_added",
            move |holdings, writing| {
                let now = writing.now;
                writing.change(holdings, EntityKind::SETTINGS, hub, seen, |old| {
                    let mut settings: HubSettings = old.ok_or(OfficeRefusal::NOT_FOUND)?;
                    let today = now.in_zone(settings.zone).date_naive();
                    if row.valid_from <= today {
                        return Err(OfficeRefusal::new("day_invalid").into());
                    }
                    let mut known = settings.tax_rates.iter();
                    if !known.any(|known| known.class == row.class) {
                        return Err(OfficeRefusal::new("tax_class_unknown").into());
                    }
                    settings.tax_rates.push(row);
                    Ok(settings)
                })
            },
        )
        .await?;
        self.settings(sitting).await
    }
}

fn fields_of(settings: &HubSettings) -> SettingsFields {
    let legal = &settings.legal;
    let limits = &settings.offline_limits;
    SettingsFields {
        name: settings.name.clone(),
        legal_name: legal.legal_name.clone(),
        address_lines: legal.address_lines.clone(),
        registration_number: legal.registration_number.clone(),
        vat_number: legal.vat_number.clone(),
        phone: legal.phone.clone(),
        email: legal.email.clone(),
        website: legal.website.clone(),
        languages: settings
            .languages
            .iter()
            .map(|tag| tag.tag().to_owned())
            .collect(),
        day_ends_at_minutes: settings.day_ends_at_minutes,
        receipt_header: settings.receipt.header_lines.clone(),
        receipt_footer: settings.receipt.footer_lines.clone(),
        receipt_printing: settings.receipt.print_default,
        names_customer_classes: settings.receipt.names_customer_classes,
        discount_max_ppm: settings.role_limits.discount_max_ppm,
        discount_max_amount: settings.role_limits.discount_max_amount.minor_units(),
        forgiveness_max: settings.forgiveness_max.minor_units(),
        online_cash_back_max: settings.online_cash_back_max.minor_units(),
        offline_credit_max: limits.credit_max.minor_units(),
        offline_voucher_max: limits.voucher_max.minor_units(),
        offline_on_account_max: limits.on_account_max.minor_units(),
        offline_copy_age_max_hours: limits.copy_age_max_hours,
        computes_price_from_scale: settings.computes_price_from_scale,
        tenders: settings.tenders.iter().map(tender_fields).collect(),
    }
}

fn tender_fields(tender: &Tender) -> TenderFields {
    TenderFields {
        id: tender.id.as_str().to_owned(),
        kind: tender.kind,
        name: tender.name.clone(),
        gives_change: tender.gives_change,
        opens_drawer: tender.opens_drawer,
        wants_reference: tender.wants_reference,
        counted_at_close: tender.counted_at_close,
        ledger_account: tender.ledger_account.clone(),
    }
}

fn check_lines(field: &'static str, lines: &mut [String]) -> Result<(), OfficeRefusal> {
    for line in lines.iter_mut() {
        *line = line.trim_end().to_owned();
        if line.chars().count() > LINE_MAX || line.chars().any(char::is_control) {
            return Err(invalid(field));
        }
    }
    if lines.len() > LINES_MAX {
        return Err(invalid(field));
    }
    Ok(())
}

fn check_text(field: &'static str, text: &mut Option<String>) -> Result<(), OfficeRefusal> {
    *text = text
        .take()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty());
    let fits =
        |text: &String| text.chars().count() <= LINE_MAX && !text.chars().any(char::is_control);
    if text.as_ref().is_none_or(fits) {
        Ok(())
    } else {
        Err(invalid(field))
    }
}

/// What was typed, without the spaces around it; refuses what cannot be.
fn checked(mut fields: SettingsFields) -> Result<SettingsFields, OfficeRefusal> {
    fields.name = name_of(&fields.name)?;
    check_text("legalName", &mut fields.legal_name)?;
    check_text("registrationNumber", &mut fields.registration_number)?;
    check_text("vatNumber", &mut fields.vat_number)?;
    check_text("phone", &mut fields.phone)?;
    check_text("email", &mut fields.email)?;
    check_text("website", &mut fields.website)?;
    check_lines("addressLines", &mut fields.address_lines)?;
    check_lines("receiptHeader", &mut fields.receipt_header)?;
    check_lines("receiptFooter", &mut fields.receipt_footer)?;
    if fields.languages.is_empty() || fields.languages.iter().any(|tag| tag.len() > 8) {
        return Err(invalid("languages"));
    }
    if fields.day_ends_at_minutes >= MINUTES_OF_DAY {
        return Err(invalid("dayEndsAtMinutes"));
    }
    if !(0..=PPM).contains(&fields.discount_max_ppm) {
        return Err(invalid("discountMaxPpm"));
    }
    let amounts = [
        ("discountMaxAmount", fields.discount_max_amount),
        ("forgivenessMax", fields.forgiveness_max),
        ("onlineCashBackMax", fields.online_cash_back_max),
        ("offlineCreditMax", fields.offline_credit_max),
        ("offlineVoucherMax", fields.offline_voucher_max),
        ("offlineOnAccountMax", fields.offline_on_account_max),
    ];
    let limit = AMOUNT_MAX.minor_units();
    match amounts
        .iter()
        .find(|(_, amount)| !(0..=limit).contains(amount))
    {
        Some((field, _)) => Err(invalid(field)),
        None => Ok(fields),
    }
}

fn with_fields(
    mut settings: HubSettings,
    fields: &SettingsFields,
) -> Result<HubSettings, OfficeRefusal> {
    settings.name.clone_from(&fields.name);
    let legal = &mut settings.legal;
    legal.legal_name.clone_from(&fields.legal_name);
    legal.address_lines.clone_from(&fields.address_lines);
    legal
        .registration_number
        .clone_from(&fields.registration_number);
    legal.vat_number.clone_from(&fields.vat_number);
    legal.phone.clone_from(&fields.phone);
    legal.email.clone_from(&fields.email);
    legal.website.clone_from(&fields.website);
    settings.languages = fields
        .languages
        .iter()
        .map(|tag| Language::new(tag.as_str()))
        .collect();
    settings.day_ends_at_minutes = fields.day_ends_at_minutes;
    settings
        .receipt
        .header_lines
        .clone_from(&fields.receipt_header);
    settings
        .receipt
        .footer_lines
        .clone_from(&fields.receipt_footer);
    settings.receipt.print_default = fields.receipt_printing;
    settings.receipt.names_customer_classes = fields.names_customer_classes;
    settings.role_limits.discount_max_ppm = fields.discount_max_ppm;
    settings.role_limits.discount_max_amount = Money::minor(fields.discount_max_amount);
    settings.forgiveness_max = Money::minor(fields.forgiveness_max);
    settings.online_cash_back_max = Money::minor(fields.online_cash_back_max);
    let limits = &mut settings.offline_limits;
    limits.credit_max = Money::minor(fields.offline_credit_max);
    limits.voucher_max = Money::minor(fields.offline_voucher_max);
    limits.on_account_max = Money::minor(fields.offline_on_account_max);
    limits.copy_age_max_hours = fields.offline_copy_age_max_hours;
    settings.computes_price_from_scale = fields.computes_price_from_scale;
    put_tenders(&mut settings.tenders, &fields.tenders)?;
    Ok(settings)
}

/// The same tenders with other names and flags: one that goes would be missing where it was used, and
/// one of another kind would mean something else.
fn put_tenders(tenders: &mut [Tender], fields: &[TenderFields]) -> Result<(), OfficeRefusal> {
    let same = tenders.len() == fields.len()
        && tenders
            .iter()
            .zip(fields)
            .all(|(known, asked)| known.id.as_str() == asked.id && known.kind == asked.kind);
    if !same {
        return Err(invalid("tenders"));
    }
    for (known, asked) in tenders.iter_mut().zip(fields) {
        let name = asked.name.trim();
        if name.chars().count() > LINE_MAX || name.chars().any(char::is_control) {
            return Err(invalid("tenders"));
        }
        name.clone_into(&mut known.name);
        known.gives_change = asked.gives_change;
        known.opens_drawer = asked.opens_drawer;
        known.wants_reference = asked.wants_reference;
        known.counted_at_close = asked.counted_at_close;
        known.ledger_account.clone_from(&asked.ledger_account);
    }
    Ok(())
}
