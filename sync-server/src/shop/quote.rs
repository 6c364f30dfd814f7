//! What a basket comes to, before anybody orders it.

use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, Making, Quote, Wish};
use comptoir_domain::ids::{LocationId, VariantId};
use comptoir_domain::price::WinningPrice;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::time::Timestamp;

use super::Shelf;
use crate::entropy::{FreshIds, NoEntropy};

impl Shelf {
    /// What goods would come to at a location at this moment, by the copy of the catalogue: placing the
    /// order asks the store itself.
    pub fn quote(
        &self,
        settings: &HubSettings,
        items: &[(VariantId, Quantity)],
        location: LocationId,
        now: Timestamp,
    ) -> Result<Quote, NoEntropy> {
        let mut unknown: Vec<(VariantId, Refusal)> = Vec::new();
        let mut known: Vec<(&Variant, Option<WinningPrice>, Quantity)> = Vec::new();
        for (id, quantity) in items {
            match self.variant(*id) {
                Some(variant) => known.push((variant, self.price(variant, now), *quantity)),
                None => unknown.push((*id, RefusalCode::NotForSaleHere.into())),
            }
        }
        let books = self.stock_of(known.iter().map(|(variant, _, _)| *variant), location);
        let shelf = decide::Shelf {
            books: &books,
            unlimited: self.unlimited(),
        };
        let wishes = known.iter().map(|(variant, price, quantity)| Wish {
            variant,
            price: price.as_ref(),
            quantity: *quantity,
        });
        let mut ids = FreshIds::new(now)?;
        let mut making = Making {
            now,
            settings,
            ids: &mut ids,
        };
        let mut quote = decide::quote(location, wishes.collect(), shelf, &mut making);
        quote.refused.extend(unknown);
        Ok(quote)
    }
}
