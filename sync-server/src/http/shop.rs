//! The shop for connected stores: the catalogue with what is there, slots, and orders.

use axum::Json;
use axum::extract::{Path, Query, State};
use comptoir_domain::customer::Contact;
use comptoir_domain::ids::{ActionId, LocationId, OrderId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::slot::Slot;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::{ApiError, ApiResult};
use super::payload::Sent;
use super::shop_access::AskingShop;
use super::{ApiState, schema};
use crate::shop::{Availability, Basket, Offer, OrderReply, Placing};
use crate::store::ShopScope;

/// The largest order that is sent, in bytes.
const ORDER_MAX: usize = 128 * 1024;

/// The most that is answered of the catalogue at once.
const OFFERS_MAX: usize = 500;

/// What is offered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CatalogueReply {
    offers: Vec<OfferReply>,
    /// Where the next page begins; none where this was the last.
    next: Option<usize>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfferReply {
    variant: Uuid,
    /// The hub's own article code.
    code: String,
    name: String,
    category: Option<String>,
    /// `each`, `kilogram`, `gram`, `litre`, `millilitre` or `metre`: what prices and quantities count.
    #[schema(value_type = String)]
    unit: Unit,
    /// For one unit, in minor units.
    #[schema(value_type = i64)]
    unit_price: Money,
    /// The price before, where another one won.
    #[schema(value_type = Option<i64>)]
    regular_price: Option<Money>,
    /// `plenty`, `few` or `sold_out`.
    availability: &'static str,
    /// How much is left, in thousandths, where it is few.
    #[schema(value_type = Option<i64>)]
    left: Option<Quantity>,
    description: Option<String>,
    ingredients: Option<String>,
    allergens: Option<String>,
    origin: Option<String>,
    /// The name of its picture.
    image: Option<String>,
}

impl OfferReply {
    fn of(offer: &Offer<'_>) -> OfferReply {
        let variant = offer.variant;
        let text = |pick: fn(&comptoir_domain::catalogue::Product) -> &Option<String>| {
            offer.product.and_then(|product| pick(product).clone())
        };
        let (availability, left) = match offer.availability {
            Availability::Plenty => ("plenty", None),
            Availability::Few(left) => ("few", Some(left)),
            Availability::SoldOut => ("sold_out", None),
        };
        let price = &offer.price;
        OfferReply {
            variant: variant.id.uuid(),
            code: variant.code.clone(),
            name: variant.name.clone(),
            category: text(|product| &product.category),
            unit: variant.unit,
            unit_price: price.unit_price,
            regular_price: (price.regular != price.unit_price).then_some(price.regular),
            availability,
            left,
            description: text(|product| &product.description),
            ingredients: text(|product| &product.ingredients),
            allergens: text(|product| &product.allergens),
            origin: text(|product| &product.origin),
            image: variant.image.clone(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct CatalogueQuery {
    /// Where the goods are to be fetched; the hub's first location where it is not said.
    #[param(value_type = Option<Uuid>)]
    location: Option<LocationId>,
    /// Where the page begins, as the page before said.
    #[serde(default)]
    from: usize,
}

/// What the hub offers online, with prices and what is left.
#[utoipa::path(get, path = "/v1/shop/catalogue", params(CatalogueQuery),
    security(("bearer" = [])), responses(
    (status = 200, description = "A page of it", body = CatalogueReply),
    (status = 401, description = "No key", body = schema::ErrorReply),
    (status = 403, description = "A key without the scope", body = schema::ErrorReply),
))]
pub(super) async fn catalogue(
    State(state): State<ApiState>,
    shop: AskingShop,
    Query(query): Query<CatalogueQuery>,
) -> ApiResult<Json<CatalogueReply>> {
    shop.permit(ShopScope::Catalogue)?;
    let shelf = state.shop.shelf(&shop.hub).await?;
    let shelf = shelf.read();
    let settings = shelf.settings();
    let first = settings.and_then(|settings| {
        let mut active = settings.locations.iter().filter(|location| location.active);
        active.next().map(|location| location.id)
    });
    let location = query.location.or(first);
    let offers = location.map(|location| shelf.offers(location, state.clock.now()));
    let offers = offers.unwrap_or_default();
    let page = offers.iter().skip(query.from).take(OFFERS_MAX);
    let reached = query.from.saturating_add(OFFERS_MAX);
    Ok(Json(CatalogueReply {
        offers: page.map(OfferReply::of).collect(),
        next: (reached < offers.len()).then_some(reached),
    }))
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SlotsReply {
    slots: Vec<SlotReply>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SlotReply {
    slot: Uuid,
    location: Uuid,
    /// Milliseconds since 1970, UTC.
    starts_at: i64,
    ends_at: i64,
    /// Until when orders are placed and changed.
    orders_until: i64,
}

impl SlotReply {
    fn of(slot: &Slot) -> SlotReply {
        SlotReply {
            slot: slot.id.uuid(),
            location: slot.location.uuid(),
            starts_at: slot.starts_at.unix_ms(),
            ends_at: slot.ends_at.unix_ms(),
            orders_until: slot.orders_until.unix_ms(),
        }
    }
}

/// The slots that can still be ordered for.
#[utoipa::path(get, path = "/v1/shop/slots", security(("bearer" = [])), responses(
    (status = 200, description = "The earliest first", body = SlotsReply),
    (status = 401, description = "No key", body = schema::ErrorReply),
    (status = 403, description = "A key without the scope", body = schema::ErrorReply),
))]
pub(super) async fn slots(
    State(state): State<ApiState>,
    shop: AskingShop,
) -> ApiResult<Json<SlotsReply>> {
    shop.permit(ShopScope::Catalogue)?;
    let shelf = state.shop.shelf(&shop.hub).await?;
    let shelf = shelf.read();
    let open = shelf.open_slots(state.clock.now());
    Ok(Json(SlotsReply {
        slots: open.into_iter().map(SlotReply::of).collect(),
    }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceRequest {
    /// Made by the store: sent again, it is the same order.
    order: Uuid,
    slot: Uuid,
    items: Vec<ItemSent>,
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    note: String,
    /// What the customer was shown, in minor units; another total is refused.
    expected_total: Option<i64>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemSent {
    variant: Uuid,
    /// In thousandths.
    quantity: i64,
}

fn reply(state: &ApiState, shop: &AskingShop, order: &Order) -> Json<OrderReply> {
    let link = state.shop.links().of(shop.hub.id, order.id());
    Json(OrderReply::of(order, link))
}

/// Places an order: all of it, or nothing. Its goods are reserved from then on.
#[utoipa::path(post, path = "/v1/shop/orders", request_body = PlaceRequest,
    security(("bearer" = [])), responses(
    (status = 200, description = "It is placed, now or before", body = OrderReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 401, description = "No key", body = schema::ErrorReply),
    (status = 403, description = "A key without the scope", body = schema::ErrorReply),
    (status = 409, description = "Not there any more: goods, slot, price", body = schema::ErrorReply),
    (status = 422, description = "Cannot be ordered so", body = schema::ErrorReply),
))]
pub(super) async fn place(
    State(state): State<ApiState>,
    shop: AskingShop,
    Sent(request): Sent<PlaceRequest, ORDER_MAX>,
) -> ApiResult<Json<OrderReply>> {
    shop.permit(ShopScope::Orders)?;
    let contact = Contact::new(&request.name, &request.email, &request.phone);
    let basket = Basket {
        order: OrderId::from_uuid(request.order),
        slot: comptoir_domain::ids::SlotId::from_uuid(request.slot),
        items: request.items.iter().map(ItemSent::read).collect(),
        contact: contact.map_err(|refusal| ApiError::refused(&refusal))?,
        note: request.note,
        expected_total: request.expected_total.map(Money::minor),
    };
    let placing = Placing {
        pay_online: false,
        shop: Some(shop.name().to_owned()),
    };
    let order = state.shop.place(&shop.hub, basket, placing).await?;
    Ok(reply(&state, &shop, &order))
}

impl ItemSent {
    fn read(&self) -> (comptoir_domain::ids::VariantId, Quantity) {
        let variant = comptoir_domain::ids::VariantId::from_uuid(self.variant);
        (variant, Quantity::thousandths(self.quantity))
    }
}

/// An order as it stands.
#[utoipa::path(get, path = "/v1/shop/orders/{order}", params(("order" = Uuid, Path)),
    security(("bearer" = [])), responses(
    (status = 200, description = "The order", body = OrderReply),
    (status = 401, description = "No key", body = schema::ErrorReply),
    (status = 403, description = "A key without the scope", body = schema::ErrorReply),
    (status = 404, description = "No such order in this hub", body = schema::ErrorReply),
))]
pub(super) async fn read(
    State(state): State<ApiState>,
    shop: AskingShop,
    Path(order): Path<Uuid>,
) -> ApiResult<Json<OrderReply>> {
    let order = shop.reached(&state, OrderId::from_uuid(order)).await?;
    let order = state.shop.order(&shop.hub, order).await?;
    Ok(reply(&state, &shop, &order))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmendRequest {
    /// Made by the store: sent again, it is the same change.
    action: Uuid,
    #[serde(default)]
    lines: Vec<LineSent>,
    #[serde(default)]
    added: Vec<ItemSent>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LineSent {
    line: Uuid,
    /// In thousandths; zero takes the line off.
    quantity: i64,
}

/// Changes an order until its cut-off.
#[utoipa::path(post, path = "/v1/shop/orders/{order}/amend", request_body = AmendRequest,
    params(("order" = Uuid, Path)), security(("bearer" = [])), responses(
    (status = 200, description = "The order with the change", body = OrderReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 401, description = "No key", body = schema::ErrorReply),
    (status = 403, description = "A key without the scope", body = schema::ErrorReply),
    (status = 404, description = "No such order in this hub", body = schema::ErrorReply),
    (status = 409, description = "Too late, or not there any more", body = schema::ErrorReply),
    (status = 422, description = "Cannot be ordered so", body = schema::ErrorReply),
))]
pub(super) async fn amend(
    State(state): State<ApiState>,
    shop: AskingShop,
    Path(order): Path<Uuid>,
    Sent(request): Sent<AmendRequest, ORDER_MAX>,
) -> ApiResult<Json<OrderReply>> {
    let order = shop.reached(&state, OrderId::from_uuid(order)).await?;
    let lines = request.lines.iter().map(|sent| {
        let line = comptoir_domain::ids::LineId::from_uuid(sent.line);
        (line, Quantity::thousandths(sent.quantity))
    });
    let added: Vec<_> = request.added.iter().map(ItemSent::read).collect();
    let action = ActionId::from_uuid(request.action);
    let amended = state
        .shop
        .amend(&shop.hub, action, order, lines.collect(), &added);
    Ok(reply(&state, &shop, &amended.await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelRequest {
    /// Made by the store: sent again, it is the same act.
    action: Uuid,
}

/// Calls an order off until its cut-off.
#[utoipa::path(post, path = "/v1/shop/orders/{order}/cancel", request_body = CancelRequest,
    params(("order" = Uuid, Path)), security(("bearer" = [])), responses(
    (status = 200, description = "The order, called off", body = OrderReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 401, description = "No key", body = schema::ErrorReply),
    (status = 403, description = "A key without the scope", body = schema::ErrorReply),
    (status = 404, description = "No such order in this hub", body = schema::ErrorReply),
    (status = 409, description = "Too late", body = schema::ErrorReply),
))]
pub(super) async fn cancel(
    State(state): State<ApiState>,
    shop: AskingShop,
    Path(order): Path<Uuid>,
    Sent(request): Sent<CancelRequest, ORDER_MAX>,
) -> ApiResult<Json<OrderReply>> {
    let order = shop.reached(&state, OrderId::from_uuid(order)).await?;
    let action = ActionId::from_uuid(request.action);
    let cancelled = state.shop.cancel(&shop.hub, action, order).await?;
    Ok(reply(&state, &shop, &cancelled))
}
