//! A catalogue that comes in as a table: what each line means for the products that are there.
//!
//! The table's first line names the columns, in any order and in several languages ([`Header`]). The
//! product code is the key: a product that has it is updated, and only in the columns that the file
//! has (code and price are enough), another is added. An empty cell changes nothing. Every bad line
//! is named, and with one bad line nothing is changed at all: [`ImportPlan::accepted`].
//!
//! Reading bytes, their encoding and delimiters is the caller's. So is the stock: the plan says what
//! is there of products whose stock nobody kept so far; afterwards deliveries and counts change it.

mod cell;
mod columns;
mod headings;
mod known;
mod report;
mod row;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

pub use cell::{NumberFault, PRICE_MAX};
pub use columns::{Column, Header, HeaderRefusal};
pub use known::KnownCatalogue;
pub use report::{Noted, RowFault, RowWarning};

use crate::barcode::normalised_code;
use crate::catalogue::{BottleDeposit, DepositTax, Product, Variant, VariantKind};
use crate::event::Event;
use crate::ids::{IdSource, LocationId, ProductId, VariantId};
use crate::money::Money;
use crate::quantity::{Quantity, Unit};
use crate::settings::HubSettings;
use crate::stock::{MoveReason, Place, StockMove};
use known::KnownVariant;
use row::{Rates, Row};

/// The most lines that are taken from one file.
pub const ROWS_MAX: u64 = 300_000;

/// The most moves of goods in one journal entry.
const MOVES_PER_ENTRY: usize = 2_000;

/// The file has more than [`ROWS_MAX`] lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file has more than {ROWS_MAX} lines: divide it")]
pub struct TooManyRows;

/// What a file does to a catalogue.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// Lines read, without the header and empty ones.
    pub rows: u64,
    pub added: u64,
    pub updated: u64,
    /// Products that the file names and leaves as they are.
    pub unchanged: u64,
    pub faults: Vec<Noted<RowFault>>,
    pub warnings: Vec<Noted<RowWarning>>,
    changes: CatalogueChanges,
}

/// The products in their new state, and what is there of those whose stock was not kept before.
#[derive(Debug, Default)]
pub struct CatalogueChanges {
    pub products: Vec<Product>,
    pub variants: Vec<Variant>,
    pub opening_stock: Vec<(VariantId, Quantity)>,
}

impl CatalogueChanges {
    /// What brings the opening stock to a location, each event for a journal entry of its own so that
    /// no entry grows beyond its largest size.
    pub fn goods_received(&self, location: LocationId) -> impl Iterator<Item = Event> {
        self.opening_stock
            .chunks(MOVES_PER_ENTRY)
            .map(move |stock| {
                let received = stock.iter().map(|(variant, quantity)| StockMove {
                    variant: *variant,
                    quantity: *quantity,
                    from: Place::Supplier,
                    to: Place::Location(location),
                    reason: MoveReason::Received,
                    order: None,
                    line: None,
                });
                Event::StockMoved {
                    moves: received.collect(),
                    why: None,
                }
            })
    }
}

impl ImportPlan {
    /// What is to be written: everything, or nothing where a single line is bad.
    pub fn accepted(self) -> Result<CatalogueChanges, Vec<Noted<RowFault>>> {
        if self.faults.is_empty() {
            Ok(self.changes)
        } else {
            Err(self.faults)
        }
    }
}

/// An import under way: lines go in, a plan comes out.
#[derive(Debug)]
pub struct CatalogueImport<'s> {
    header: Header,
    settings: &'s HubSettings,
    rates: Rates,
    known: KnownCatalogue,
    /// The line that names a code first, bad lines too.
    lines: HashMap<String, u64>,
    changed_variants: Vec<usize>,
    changed_products: HashSet<ProductId>,
    plan: ImportPlan,
}

impl<'s> CatalogueImport<'s> {
    /// `today` tells which tax rates hold.
    pub fn new(
        header: Header,
        settings: &'s HubSettings,
        today: NaiveDate,
        known: KnownCatalogue,
    ) -> CatalogueImport<'s> {
        CatalogueImport {
            header,
            settings,
            rates: Rates::of(settings, today),
            known,
            lines: HashMap::new(),
            changed_variants: Vec::new(),
            changed_products: HashSet::new(),
            plan: ImportPlan::default(),
        }
    }

    /// Takes one line of the table. New products get their ids from `ids`.
    pub fn row(
        &mut self,
        line: u64,
        cells: &[&str],
        ids: &mut dyn IdSource,
    ) -> Result<(), TooManyRows> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if self.plan.rows >= ROWS_MAX {
            return Err(TooManyRows);
        }
        self.plan.rows += 1;
        let mut row = Row::read(&self.header, cells, self.settings, &self.rates);
        let warnings = std::mem::take(&mut row.warnings);
        self.warn(line, warnings);
        let found = row.code.clone().map(|code| self.find(line, &code));
        match found {
            Some(Ok(Some(index))) => self.update(line, index, row),
            Some(Ok(None)) => self.add(line, row, ids),
            Some(Err(fault)) => {
                row.faults.push(fault);
                self.refuse(line, row.faults);
            }
            None => self.refuse(line, row.faults),
        }
        Ok(())
    }

    /// The plan, with products in the order of the file.
    pub fn finish(mut self) -> ImportPlan {
        let variants = &self.known.variants;
        let products = &mut self.known.products;
        for &index in &self.changed_variants {
            let variant = &variants[index].variant;
            if self.changed_products.remove(&variant.product) {
                self.plan
                    .changes
                    .products
                    .extend(products.remove(&variant.product));
            }
            self.plan.changes.variants.push(variant.clone());
        }
        self.plan
    }

    fn warn(&mut self, line: u64, warnings: Vec<RowWarning>) {
        let noted = warnings.into_iter().map(|what| Noted { line, what });
        self.plan.warnings.extend(noted);
    }

    fn refuse(&mut self, line: u64, faults: Vec<RowFault>) {
        let noted = faults.into_iter().map(|what| Noted { line, what });
        self.plan.faults.extend(noted);
    }

    /// Which product a code means; refused where an earlier line meant the same.
    fn find(&mut self, line: u64, code: &str) -> Result<Option<usize>, RowFault> {
        let twice = |first_line| RowFault::Duplicate {
            code: code.to_owned(),
            first_line,
        };
        let key = normalised_code(code);
        if let Some(&first_line) = self.lines.get(&key) {
            return Err(twice(first_line));
        }
        let mut found = self.known.by_code.get(&key).copied();
        if found.is_none() && self.header.key == Column::Barcodes {
            found = match self.known.by_barcode.get(&key) {
                Some(None) => {
                    return Err(RowFault::KeyAmbiguous {
                        code: code.to_owned(),
                    });
                }
                Some(Some(index)) => Some(*index),
                None => None,
            };
        }
        self.lines.insert(key, line);
        if let Some(index) = found {
            let known = &mut self.known.variants[index];
            if let Some(first_line) = known.line {
                return Err(twice(first_line));
            }
            known.line = Some(line);
        }
        Ok(found)
    }

    fn update(&mut self, line: u64, index: usize, mut row: Row) {
        let known = &self.known.variants[index];
        let before = (
            known.variant.clone(),
            self.known.products.get(&known.variant.product).cloned(),
        );
        let has_stock = known.has_stock;
        let (mut variant, mut product) = before.clone();
        let unit = row.unit.unwrap_or(variant.unit);
        let stock = opening_stock(&mut row, unit);
        if !row.faults.is_empty() {
            self.refuse(line, row.faults);
            return;
        }
        let stock = match stock {
            Some(_) if has_stock => {
                self.warn(line, vec![RowWarning::StockLeft]);
                None
            }
            stock => stock,
        };
        let is_goods = variant.kind == VariantKind::Goods;
        self.apply(row, &mut variant, product.as_mut());
        self.note_variant(line, index, &variant);
        if let Some(stock) = stock.filter(|_| is_goods) {
            variant.tracks_stock = true;
            self.open_stock(variant.id, stock);
        }
        if before == (variant.clone(), product.clone()) {
            self.plan.unchanged += 1;
            return;
        }
        self.plan.updated += 1;
        self.known.index_barcodes(index, &variant.barcodes);
        if let Some(product) = product.filter(|product| Some(product) != before.1.as_ref()) {
            self.changed_products.insert(product.id);
            self.known.products.insert(product.id, product);
        }
        self.known.variants[index].variant = variant;
        self.changed_variants.push(index);
    }

    fn add(&mut self, line: u64, mut row: Row, ids: &mut dyn IdSource) {
        let unit = row.unit.unwrap_or(Unit::Each);
        let stock = opening_stock(&mut row, unit);
        if !row
            .faults
            .iter()
            .any(|fault| matches!(fault, RowFault::UnknownTax { .. }))
            && row.tax.is_none()
        {
            row.faults.push(RowFault::Missing {
                column: Column::Tax,
            });
        }
        if row.name.is_none() {
            row.faults.push(RowFault::Missing {
                column: Column::Name,
            });
        }
        let tax_class = row.tax.take().and_then(|word| self.rates.class(word, None));
        let (Some(tax_class), Some(code), true) =
            (tax_class, row.code.clone(), row.faults.is_empty())
        else {
            self.refuse(line, row.faults);
            return;
        };
        let mut product = empty_product(ProductId::from_uuid(ids.next_uuid()));
        let mut variant = Variant {
            id: VariantId::from_uuid(ids.next_uuid()),
            product: product.id,
            code,
            name: String::new(),
            unit,
            price: None,
            tax_class,
            barcodes: Vec::new(),
            content: None,
            deposit: None,
            kind: VariantKind::Goods,
            tracks_stock: stock.is_some(),
            searchable: true,
            counter: true,
            shop: false,
            active: true,
            image: None,
        };
        self.apply(row, &mut variant, Some(&mut product));
        let index = self.known.variants.len();
        self.note_variant(line, index, &variant);
        if let Some(stock) = stock {
            self.open_stock(variant.id, stock);
        }
        self.plan.added += 1;
        self.changed_products.insert(product.id);
        self.changed_variants.push(index);
        self.known.products.insert(product.id, product);
        self.known.push(KnownVariant {
            variant,
            has_stock: stock.is_some(),
            line: Some(line),
        });
    }

    /// Says what is odd about a product in its new state.
    fn note_variant(&mut self, line: u64, index: usize, variant: &Variant) {
        let mut warnings = Vec::new();
        if variant.price.is_none() {
            let code = variant.code.clone();
            warnings.push(RowWarning::WithoutPrice { code });
        }
        for code in &variant.barcodes {
            if self.known.is_shared(code, index) {
                let code = code.clone();
                warnings.push(RowWarning::BarcodeShared { code });
            }
        }
        self.warn(line, warnings);
    }

    fn open_stock(&mut self, variant: VariantId, stock: Quantity) {
        if stock.is_positive() {
            self.plan.changes.opening_stock.push((variant, stock));
        }
    }

    /// Puts the values of a good line in place.
    fn apply(&self, row: Row, variant: &mut Variant, product: Option<&mut Product>) {
        if let Some(word) = row.tax
            && let Some(class) = self.rates.class(word, Some(&variant.tax_class))
        {
            variant.tax_class = class;
        }
        variant.price = row.price.or(variant.price);
        variant.unit = row.unit.unwrap_or(variant.unit);
        variant.content = row.content.or(variant.content);
        variant.active = row.active.unwrap_or(variant.active);
        variant.shop = row.online.unwrap_or(variant.shop);
        for code in row.barcodes {
            if !variant.barcodes.contains(&code) {
                variant.barcodes.push(code);
            }
        }
        if let Some(amount) = row.deposit {
            self.set_deposit(variant, amount);
        }
        let old_name = row
            .name
            .map(|name| std::mem::replace(&mut variant.name, name));
        let Some(product) = product else { return };
        // A product of several variants keeps the name that they share.
        if old_name.is_some_and(|old| product.name == old) {
            product.name.clone_from(&variant.name);
        }
        if let Some(category) = row.category {
            product.category = Some(category);
        }
        for (column, text) in row.texts {
            if let Some(place) = text_of(product, column) {
                *place = Some(text);
            }
        }
    }

    fn set_deposit(&self, variant: &mut Variant, amount: Money) {
        variant.deposit = match variant.deposit.take() {
            _ if amount.is_zero() => None,
            Some(deposit) => Some(BottleDeposit { amount, ..deposit }),
            None => Some(BottleDeposit {
                name: deposit_name(self.settings).to_owned(),
                amount,
                tax: DepositTax::usual_in(self.settings.country),
            }),
        };
    }
}

/// The stock of a line in a unit; a fault of the line where it is none.
fn opening_stock(row: &mut Row, unit: Unit) -> Option<Quantity> {
    let text = row.stock.take()?;
    match cell::quantity(&text, unit) {
        Ok(quantity) => Some(quantity),
        Err(fault) => {
            row.refuse_number(Column::Stock, &text, fault);
            None
        }
    }
}

fn empty_product(id: ProductId) -> Product {
    Product {
        id,
        name: String::new(),
        description: None,
        ingredients: None,
        allergens: None,
        origin: None,
        storage: None,
        category: None,
        supplier: None,
    }
}

fn text_of(product: &mut Product, column: Column) -> Option<&mut Option<String>> {
    Some(match column {
        Column::Description => &mut product.description,
        Column::Ingredients => &mut product.ingredients,
        Column::Allergens => &mut product.allergens,
        Column::Origin => &mut product.origin,
        Column::Storage => &mut product.storage,
        Column::Supplier => &mut product.supplier,
        _ => return None,
    })
}

/// What the bottle deposit is called on documents, in the hub's first language.
fn deposit_name(settings: &HubSettings) -> &'static str {
    let tag = settings
        .languages
        .first()
        .map_or("en", |language| language.tag());
    match tag.split('-').next() {
        Some("fr") => "Consigne",
        Some("nl") => "Statiegeld",
        Some("de") => "Pfand",
        _ => "Deposit",
    }
}

#[cfg(test)]
mod tests;
