//! The products that are there before an import, to be found by code and barcode.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::barcode::normalised_code;
use crate::catalogue::{Product, Variant};
use crate::ids::ProductId;

/// The products that are there, as far as an import asks.
#[derive(Debug, Default)]
pub struct KnownCatalogue {
    pub(super) products: HashMap<ProductId, Product>,
    pub(super) variants: Vec<KnownVariant>,
    pub(super) by_code: HashMap<String, usize>,
    /// `None` where several variants have the barcode.
    pub(super) by_barcode: HashMap<String, Option<usize>>,
}

#[derive(Debug)]
pub(super) struct KnownVariant {
    pub variant: Variant,
    pub has_stock: bool,
    /// The line that named it.
    pub line: Option<u64>,
}

impl KnownCatalogue {
    pub fn add_product(&mut self, product: Product) {
        self.products.insert(product.id, product);
    }

    /// `has_stock` says whether there was ever a move of its stock.
    pub fn add_variant(&mut self, variant: Variant, has_stock: bool) {
        self.push(KnownVariant {
            variant,
            has_stock,
            line: None,
        });
    }

    pub(super) fn push(&mut self, known: KnownVariant) {
        let index = self.variants.len();
        self.by_code
            .insert(normalised_code(&known.variant.code), index);
        self.index_barcodes(index, &known.variant.barcodes);
        self.variants.push(known);
    }

    pub(super) fn index_barcodes(&mut self, index: usize, barcodes: &[String]) {
        for barcode in barcodes {
            match self.by_barcode.entry(normalised_code(barcode)) {
                Entry::Vacant(free) => {
                    free.insert(Some(index));
                }
                Entry::Occupied(mut taken) if *taken.get() != Some(index) => {
                    taken.insert(None);
                }
                Entry::Occupied(_) => {}
            }
        }
    }

    pub(super) fn is_shared(&self, barcode: &str, index: usize) -> bool {
        let found = self.by_barcode.get(&normalised_code(barcode));
        found.is_some_and(|owner| *owner != Some(index))
    }
}
