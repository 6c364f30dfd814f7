//! Products: the list, one with its stock, and what people change of it.

use comptoir_domain::barcode::normalised_code;
use comptoir_domain::catalogue::{Product, Variant, VariantKind};
use comptoir_domain::ids::{LocationId, ProductId, VariantId};
use comptoir_domain::money::{AMOUNT_MAX, Money};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::Permission;
use comptoir_domain::tax::TaxClass;
use comptoir_sync::feed::EntityKind;
use uuid::Uuid;

use super::act::{Halt, Writing, needed};
use super::desk::OfficeDesk;
use super::listing::{Cells, Table};
use super::overview::{Figures, Overview};
use super::people::name_of;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    PageQuery, ProductFields, ProductFilter, ProductList, ProductName, ProductRow, ProductShow,
    ProductView, ReservationView, SaveProduct, StockFilter, StockView,
};
use crate::cells;
use crate::shop::{folded, words_of};
use crate::store::Holdings;

/// Below how much the stock is low: as the shop says that few are left.
const LOW: Quantity = Quantity::pieces(5);

/// The longest text of a product, in characters.
const TEXT_MAX: usize = 5_000;

/// The most barcodes of one variant.
const BARCODES_MAX: usize = 50;

fn keeps(overview: &Overview, filter: &ProductFilter, words: &[String], variant: &Variant) -> bool {
    let shown = match filter.show.unwrap_or(ProductShow::Active) {
        ProductShow::Active => variant.active,
        ProductShow::Inactive => !variant.active,
        ProductShow::All => true,
        ProductShow::Counter => variant.active && variant.counter,
        ProductShow::Shop => variant.active && variant.shop,
        ProductShow::NoPrice => variant.active && variant.price.is_none(),
    };
    let product = overview
        .products
        .get(&variant.product)
        .map(|kept| &kept.thing);
    let category = product.and_then(|product| product.category.as_deref());
    shown
        && filter
            .category
            .as_deref()
            .is_none_or(|wanted| category == Some(wanted))
        && filter.stock.is_none_or(|stock| {
            let place = filter.place.map(LocationId::from_uuid);
            is_stocked(variant, stock, overview.figures(variant.id, place))
        })
        && (words.is_empty() || {
            let supplier = product.and_then(|product| product.supplier.as_deref());
            let texts = [
                variant.name.as_str(),
                variant.code.as_str(),
                category.unwrap_or_default(),
                supplier.unwrap_or_default(),
            ];
            let text = folded(&format!(
                "{} {}",
                texts.join(" "),
                variant.barcodes.join(" ")
            ));
            words.iter().all(|word| text.contains(word.as_str()))
        })
}

fn is_stocked(variant: &Variant, wanted: StockFilter, figures: Figures) -> bool {
    let left = figures.available();
    variant.tracks_stock
        && matches!(variant.kind, VariantKind::Goods)
        && match wanted {
            StockFilter::Low => left.is_positive() && left < LOW,
            StockFilter::Out => !left.is_positive(),
            StockFilter::Negative => figures.on_hand.is_negative(),
        }
}

impl OfficeDesk {
    pub async fn products(
        &self,
        sitting: &Sitting,
        filter: ProductFilter,
        page: PageQuery,
    ) -> Result<ProductList, OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let words = words_of(filter.search.as_deref().unwrap_or_default());
        let place = filter.place.map(LocationId::from_uuid);
        let known = overview.variants.values().map(|kept| &kept.thing);
        let found = known.filter(|variant| keeps(&overview, &filter, &words, variant));
        let mut rows: Vec<ProductRow> = found
            .map(|variant| product_row(&overview, variant, place))
            .collect();
        let name = |row: &ProductRow| (folded(&row.name), row.variant);
        match page.sort.as_deref() {
            Some("code") => page.sort(&mut rows, |row| (row.code.len(), row.code.clone())),
            Some("category") => page.sort(&mut rows, |row| (row.category.clone(), name(row))),
            Some("price") => page.sort(&mut rows, |row| (row.price, name(row))),
            Some("onHand") => page.sort(&mut rows, |row| (row.on_hand, name(row))),
            Some("available") => page.sort(&mut rows, |row| (row.available, name(row))),
            _ => page.sort(&mut rows, name),
        }
        let mut categories: Vec<String> = overview
            .products
            .values()
            .filter_map(|kept| kept.thing.category.clone())
            .collect();
        categories.sort_unstable();
        categories.dedup();
        let (rows, total) = page.cut(rows);
        Ok(ProductList {
            rows,
            total,
            categories,
        })
    }

    pub async fn products_table(
        &self,
        sitting: &Sitting,
        filter: ProductFilter,
        page: PageQuery,
    ) -> Result<Table, OfficeError> {
        let listed = self.products(sitting, filter, page.whole()).await?;
        let written = self.cells(sitting).await?;
        let headings = [
            "code",
            "name",
            "category",
            "supplier",
            "unit",
            "price",
            "tax class",
            "counter",
            "shop",
            "active",
            "on hand",
            "reserved",
            "available",
        ];
        let mut table = Table::new("products", &headings);
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        for row in listed.rows {
            table.row(vec![
                Cells::text(&row.code),
                Cells::text(&row.name),
                Cells::text(row.category.as_deref().unwrap_or_default()),
                Cells::text(row.supplier.as_deref().unwrap_or_default()),
                cells::unit(row.unit).to_owned(),
                row.price
                    .map_or_else(String::new, |price| written.money(price)),
                Cells::text(&row.tax_class),
                yes(row.counter),
                yes(row.shop),
                yes(row.active),
                Cells::quantity(row.on_hand),
                Cells::quantity(row.reserved),
                Cells::quantity(row.available),
            ]);
        }
        Ok(table)
    }

    /// One variant, with what is there of it and who waits for it.
    pub async fn product(&self, sitting: &Sitting, id: Uuid) -> Result<ProductView, OfficeError> {
        let id = VariantId::from_uuid(id);
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let kept = overview.variants.get(&id).ok_or(OfficeRefusal::NOT_FOUND)?;
        let variant = &kept.thing;
        let product = overview.products.get(&variant.product);
        let settings = overview.settings()?;
        let stock = settings.locations.iter().map(|place| {
            let figures = overview.figures(id, Some(place.id));
            StockView {
                place: place.id.uuid(),
                place_name: place.name.clone(),
                on_hand: figures.on_hand.in_thousandths(),
                reserved: figures.reserved.in_thousandths(),
                available: figures.available().in_thousandths(),
            }
        });
        let siblings = overview.variants.values().map(|kept| &kept.thing);
        let siblings = siblings
            .filter(|other| other.product == variant.product && other.id != id)
            .map(|other| ProductName {
                variant: other.id.uuid(),
                code: other.code.clone(),
                name: other.name.clone(),
            });
        let mut tax_classes: Vec<String> = settings
            .tax_rates
            .iter()
            .map(|row| row.class.name().to_owned())
            .collect();
        tax_classes.sort_unstable();
        tax_classes.dedup();
        Ok(ProductView {
            variant: id.uuid(),
            seen: kept.seen.max(product.map_or(0, |product| product.seen)),
            fields: fields_of(variant, product.map(|product| &product.thing)),
            kind: match variant.kind {
                VariantKind::Goods => "goods",
                VariantKind::Service => "service",
                VariantKind::Bundle { .. } => "bundle",
            }
            .to_owned(),
            siblings: siblings.collect(),
            tax_classes,
            stock: stock.collect(),
            reservations: reservations(&overview, id),
            image: variant.image.clone(),
        })
    }

    /// Makes a product (`id` is none), or changes one.
    pub async fn save_product(
        &self,
        sitting: &Sitting,
        id: Option<Uuid>,
        asked: SaveProduct,
    ) -> Result<ProductView, OfficeError> {
        sitting.permit(Permission::ChangeCatalogue)?;
        let fields = checked(asked.fields)?;
        // Named after the action, so that doing it again finds the same one.
        let variant = VariantId::from_uuid(id.unwrap_or(asked.action));
        let is_new = id.is_none();
        self.check_barcodes(sitting, variant, &fields.barcodes)
            .await?;
        let hub = sitting.hub.id;
        let seen = asked.seen;
        self.act(
            sitting,
            asked.action,
            "product_saved",
            move |holdings, writing| {
                let settings: HubSettings = needed(holdings, EntityKind::SETTINGS, hub)?;
                let mut rates = settings.tax_rates.iter();
                if !rates.any(|row| row.class.name() == fields.tax_class) {
                    return Err(OfficeRefusal::new("tax_class_unknown").into());
                }
                let with_code = holdings.variants_with_code(&fields.code)?;
                if with_code.iter().any(|other| *other != variant.to_string()) {
                    return Err(OfficeRefusal::new("code_taken")
                        .with("code", &fields.code)
                        .into());
                }
                if is_new {
                    make(holdings, writing, variant, &fields)
                } else {
                    change(holdings, writing, variant, seen, &fields)
                }
            },
        )
        .await?;
        self.product(sitting, variant.uuid()).await
    }

    /// A barcode names one thing.
    async fn check_barcodes(
        &self,
        sitting: &Sitting,
        own: VariantId,
        barcodes: &[String],
    ) -> Result<(), OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let others = overview.variants.values().map(|kept| &kept.thing);
        for other in others.filter(|other| other.id != own && other.active) {
            for known in &other.barcodes {
                let same = |code: &&String| normalised_code(code) == normalised_code(known);
                if let Some(code) = barcodes.iter().find(same) {
                    let taken = OfficeRefusal::new("barcode_taken");
                    return Err(taken.with("barcode", code).with("name", &other.name).into());
                }
            }
        }
        Ok(())
    }
}

fn product_row(overview: &Overview, variant: &Variant, place: Option<LocationId>) -> ProductRow {
    let product = overview
        .products
        .get(&variant.product)
        .map(|kept| &kept.thing);
    let figures = overview.figures(variant.id, place);
    ProductRow {
        variant: variant.id.uuid(),
        code: variant.code.clone(),
        name: variant.name.clone(),
        category: product.and_then(|product| product.category.clone()),
        supplier: product.and_then(|product| product.supplier.clone()),
        unit: variant.unit,
        price: variant.price.map(Money::minor_units),
        tax_class: variant.tax_class.name().to_owned(),
        counter: variant.counter,
        shop: variant.shop,
        active: variant.active,
        tracks_stock: variant.tracks_stock,
        on_hand: figures.on_hand.in_thousandths(),
        reserved: figures.reserved.in_thousandths(),
        available: figures.available().in_thousandths(),
    }
}

fn fields_of(variant: &Variant, product: Option<&Product>) -> ProductFields {
    let text = |pick: fn(&Product) -> &Option<String>| product.and_then(|of| pick(of).clone());
    ProductFields {
        code: variant.code.clone(),
        name: variant.name.clone(),
        product_name: product.map_or_else(|| variant.name.clone(), |of| of.name.clone()),
        unit: variant.unit,
        price: variant.price.map(Money::minor_units),
        tax_class: variant.tax_class.name().to_owned(),
        barcodes: variant.barcodes.clone(),
        tracks_stock: variant.tracks_stock,
        searchable: variant.searchable,
        counter: variant.counter,
        shop: variant.shop,
        active: variant.active,
        category: text(|product| &product.category),
        supplier: text(|product| &product.supplier),
        description: text(|product| &product.description),
        ingredients: text(|product| &product.ingredients),
        allergens: text(|product| &product.allergens),
        origin: text(|product| &product.origin),
        storage: text(|product| &product.storage),
    }
}

/// The orders that goods are kept for, the oldest first.
fn reservations(overview: &Overview, variant: VariantId) -> Vec<ReservationView> {
    let mut waiting: Vec<_> = overview
        .orders
        .values()
        .flat_map(|order| order.reserved.iter().map(move |kept| (order, kept)))
        .filter(|(_, (of, _))| *of == variant)
        .collect();
    waiting.sort_by_key(|(order, _)| (order.placed_at, order.id));
    let view = |(order, (_, quantity)): (&super::order_card::OrderCard, &(VariantId, Quantity))| {
        ReservationView {
            order: order.id.uuid(),
            number: order.number.clone(),
            customer: order.customer.map(|id| overview.customer_name(id).name),
            place: order.location.uuid(),
            quantity: quantity.in_thousandths(),
        }
    };
    waiting.into_iter().map(view).collect()
}

/// What was typed, without the spaces around it; refuses what cannot be.
fn checked(mut fields: ProductFields) -> Result<ProductFields, OfficeRefusal> {
    fields.name = name_of(&fields.name)?;
    fields.product_name = name_of(&fields.product_name)?;
    fields.code = fields.code.trim().to_owned();
    if fields.code.is_empty() || fields.code.chars().any(char::is_control) {
        return Err(OfficeRefusal::new("code_missing"));
    }
    if let Some(price) = fields.price
        && !(0..=AMOUNT_MAX.minor_units()).contains(&price)
    {
        return Err(OfficeRefusal::new("price_invalid"));
    }
    fields.barcodes = fields
        .barcodes
        .iter()
        .map(|code| code.trim().to_owned())
        .filter(|code| !code.is_empty())
        .collect();
    if fields.barcodes.len() > BARCODES_MAX {
        return Err(OfficeRefusal::new("too_many"));
    }
    for text in [
        &mut fields.category,
        &mut fields.supplier,
        &mut fields.description,
        &mut fields.ingredients,
        &mut fields.allergens,
        &mut fields.origin,
        &mut fields.storage,
    ] {
        *text = text
            .take()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        if text
            .as_ref()
            .is_some_and(|text| text.chars().count() > TEXT_MAX)
        {
            return Err(OfficeRefusal::new("text_invalid"));
        }
    }
    Ok(fields)
}

fn with_texts(product: Product, fields: &ProductFields) -> Product {
    Product {
        name: fields.product_name.clone(),
        description: fields.description.clone(),
        ingredients: fields.ingredients.clone(),
        allergens: fields.allergens.clone(),
        origin: fields.origin.clone(),
        storage: fields.storage.clone(),
        category: fields.category.clone(),
        supplier: fields.supplier.clone(),
        ..product
    }
}

fn with_fields(variant: Variant, fields: &ProductFields) -> Variant {
    Variant {
        code: fields.code.clone(),
        name: fields.name.clone(),
        unit: fields.unit,
        price: fields.price.map(Money::minor),
        tax_class: TaxClass::new(fields.tax_class.as_str()),
        barcodes: fields.barcodes.clone(),
        tracks_stock: fields.tracks_stock,
        searchable: fields.searchable,
        counter: fields.counter,
        shop: fields.shop,
        active: fields.active,
        ..variant
    }
}

fn make(
    holdings: &mut dyn Holdings,
    writing: &mut Writing,
    id: VariantId,
    fields: &ProductFields,
) -> Result<(), Halt> {
    let product = ProductId::from_uuid(id.uuid());
    let bare = Product {
        id: product,
        name: String::new(),
        description: None,
        ingredients: None,
        allergens: None,
        origin: None,
        storage: None,
        category: None,
        supplier: None,
    };
    let variant = Variant {
        id,
        product,
        code: String::new(),
        name: String::new(),
        unit: fields.unit,
        price: None,
        tax_class: TaxClass::new(fields.tax_class.as_str()),
        barcodes: Vec::new(),
        content: None,
        deposit: None,
        kind: VariantKind::Goods,
        tracks_stock: true,
        searchable: true,
        counter: true,
        shop: true,
        active: true,
        image: None,
    };
    let texts = with_texts(bare, fields);
    writing.change(
        holdings,
        EntityKind::PRODUCT,
        product,
        None,
        |_: Option<Product>| Ok(texts),
    )?;
    let goods = with_fields(variant, fields);
    writing.change(
        holdings,
        EntityKind::VARIANT,
        id,
        None,
        |_: Option<Variant>| Ok(goods),
    )
}

fn change(
    holdings: &mut dyn Holdings,
    writing: &mut Writing,
    id: VariantId,
    seen: Option<u64>,
    fields: &ProductFields,
) -> Result<(), Halt> {
    let variant: Variant = needed(holdings, EntityKind::VARIANT, id)?;
    let place_of = |holdings: &mut dyn Holdings, kind, id: String| {
        let stored = holdings.stored(&crate::store::EntityKey::new(kind, id))?;
        let live = stored.filter(|row| !row.deleted);
        Ok::<_, Halt>(live.map(|row| row.position))
    };
    let product = variant.product;
    let at_variant = place_of(holdings, EntityKind::VARIANT, id.to_string())?;
    let at_product = place_of(holdings, EntityKind::PRODUCT, product.to_string())?;
    if at_variant.max(at_product) != seen {
        return Err(OfficeRefusal::CHANGED.into());
    }
    if variant.unit != fields.unit && variant.tracks_stock {
        // What was counted in pieces would be kilograms.
        return Err(OfficeRefusal::new("unit_fixed").into());
    }
    let texts: Option<Product> = super::act::thing(holdings, EntityKind::PRODUCT, product)?;
    let other_texts = texts
        .as_ref()
        .is_some_and(|old| with_texts(old.clone(), fields) != *old);
    let other_goods = with_fields(variant.clone(), fields) != variant;
    if !other_texts && !other_goods {
        return Err(OfficeRefusal::NOTHING_CHANGED.into());
    }
    if other_texts {
        writing.change(holdings, EntityKind::PRODUCT, product, at_product, |old| {
            let old: Product = old.ok_or(OfficeRefusal::NOT_FOUND)?;
            Ok(with_texts(old, fields))
        })?;
    }
    if other_goods {
        writing.change(holdings, EntityKind::VARIANT, id, at_variant, |old| {
            let old: Variant = old.ok_or(OfficeRefusal::NOT_FOUND)?;
            Ok(with_fields(old, fields))
        })?;
    }
    Ok(())
}
