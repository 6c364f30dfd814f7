//! What the law of the seller's country wants on an invoice, checked before it is issued.

use comptoir_domain::document::Recipient;
use comptoir_domain::money::Money;

use super::InvoiceContent;

/// Something that an invoice may not be issued without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    SellerName,
    SellerAddress,
    /// SIREN, company number, ABN.
    SellerRegistration,
    SellerVatNumber,
    BuyerName,
    BuyerAddress,
    BuyerVatNumber,
    /// For an Australian buyer of 1000 dollars and more: a name, or the ABN.
    BuyerIdentity,
    Lines,
}

/// What a country asks for.
#[derive(Debug, Clone, Copy)]
struct Rules {
    seller_registration: bool,
    /// Above this total without tax the seller's VAT number is needed where tax is charged.
    seller_vat_above: Money,
    /// Above this total the buyer is to be named.
    buyer_above: Money,
    buyer_address: bool,
    business_buyer_vat: bool,
}

/// France: both by name and address, the seller's number in the register; VAT numbers may be left out
/// up to 150 euros net. Belgium: as the directive, and the number of a buyer who is in business.
/// Germany: up to 250 euros a small invoice without the buyer. Australia: the buyer from 1000 dollars.
/// Others: as the directive.
fn rules(country: Option<&str>) -> Rules {
    let directive = Rules {
        seller_registration: false,
        seller_vat_above: Money::ZERO,
        buyer_above: Money::ZERO,
        buyer_address: true,
        business_buyer_vat: false,
    };
    match country {
        Some("FR") => Rules {
            seller_registration: true,
            seller_vat_above: Money::minor(15_000),
            ..directive
        },
        Some("BE") => Rules {
            business_buyer_vat: true,
            ..directive
        },
        Some("DE") => Rules {
            buyer_above: Money::minor(25_000),
            ..directive
        },
        Some("AU") => Rules {
            seller_registration: true,
            seller_vat_above: Money::minor(i64::MAX),
            buyer_above: Money::minor(99_999),
            buyer_address: false,
            ..directive
        },
        _ => directive,
    }
}

impl InvoiceContent {
    /// What is missing; nothing where the invoice may be issued.
    pub fn missing(&self) -> Vec<Required> {
        let country = self.seller.country.as_ref().map(|country| country.code());
        let rules = rules(country);
        let mut missing = Vec::new();
        let mut needs = |needed: bool, what: Required| {
            if needed {
                missing.push(what);
            }
        };
        needs(is_blank(&self.seller.name), Required::SellerName);
        needs(
            self.seller.address_lines.is_empty(),
            Required::SellerAddress,
        );
        needs(
            rules.seller_registration && is_absent(&self.seller.registration),
            Required::SellerRegistration,
        );
        let charges_tax = !self.tax.is_zero();
        needs(
            charges_tax && self.net > rules.seller_vat_above && is_absent(&self.seller.vat_number),
            Required::SellerVatNumber,
        );
        if self.total > rules.buyer_above {
            self.needs_of_buyer(rules, &mut needs);
        }
        needs(self.lines.is_empty(), Required::Lines);
        missing
    }

    fn needs_of_buyer(&self, rules: Rules, needs: &mut impl FnMut(bool, Required)) {
        let buyer = &self.buyer;
        if !rules.buyer_address {
            let nameless = is_blank(&buyer.name) && is_absent(&buyer.registration);
            needs(nameless, Required::BuyerIdentity);
            return;
        }
        needs(is_blank(&buyer.name), Required::BuyerName);
        needs(buyer.address_lines.is_empty(), Required::BuyerAddress);
        let business = buyer.recipient == Recipient::Business;
        needs(
            business && rules.business_buyer_vat && is_absent(&buyer.vat_number),
            Required::BuyerVatNumber,
        );
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_absent(text: &Option<String>) -> bool {
    text.as_deref().is_none_or(is_blank)
}
