//! What the office takes out of the hub's state and puts into it: products and people.

use comptoir_domain::catalogue::Variant;
use comptoir_domain::ids::{IdSource, ProductId, StaffId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;
use sync_server::store::EntityChange;

use super::server::ServerSide;
use crate::founding::{product, put};

/// So many products there are at least.
const PRODUCTS_MIN: usize = 3;

/// A product goes, with its variant.
pub(crate) fn take_product_out(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let mut variants = server.variants();
    if variants.len() <= PRODUCTS_MIN {
        return;
    }
    let gone = variants.swap_remove(random.usize(0..variants.len()));
    let changes = vec![
        delete(EntityKind::VARIANT, &gone.id),
        delete(EntityKind::PRODUCT, &gone.product),
    ];
    if server.record("product_deleted", Vec::new(), changes) {
        server.deleted.push(gone);
    }
}

/// A new product comes, under the number of one that went where there is such a number.
pub(crate) fn put_product_in(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let variants = server.variants();
    let like = &variants[random.usize(0..variants.len())];
    let id = VariantId::from_uuid(server.ids.next_uuid());
    let name = format!("Novelty {}", &id.to_string()[24..]);
    let free = |barcode: &String| {
        !variants
            .iter()
            .any(|known| known.barcodes.contains(barcode))
    };
    let barcodes = server.deleted.iter().flat_map(|gone| &gone.barcodes);
    let variant = Variant {
        id,
        product: ProductId::from_uuid(server.ids.next_uuid()),
        code: name.to_uppercase(),
        name,
        price: Some(Money::minor(random.i64(50..900))),
        barcodes: barcodes
            .filter(|code| free(code))
            .take(1)
            .cloned()
            .collect(),
        ..like.clone()
    };
    let product = product(&variant);
    let changes = vec![
        put(EntityKind::PRODUCT, &product.id, &product),
        put(EntityKind::VARIANT, &variant.id, &variant),
    ];
    server.record("product_added", Vec::new(), changes);
}

/// Somebody begins to work here, is sent home, or was entered by mistake.
pub(crate) fn change_staff(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let mut staff: Vec<Staff> = server.states(EntityKind::STAFF);
    staff.retain(|person| person.id != server.staff);
    if staff.is_empty() || random.u32(0..3) == 0 {
        let person = newcomer(server);
        let change = put(EntityKind::STAFF, &person.id, &person);
        server.record("staff_changed", Vec::new(), vec![change]);
        return;
    }
    let mut person = staff.swap_remove(random.usize(0..staff.len()));
    let change = if random.bool() {
        delete(EntityKind::STAFF, &person.id)
    } else {
        person.active = !person.active;
        put(EntityKind::STAFF, &person.id, &person)
    };
    server.record("staff_changed", Vec::new(), vec![change]);
}

/// With the manager's PIN.
fn newcomer(server: &mut ServerSide) -> Staff {
    let staff: Vec<Staff> = server.states(EntityKind::STAFF);
    let manager = staff.into_iter().find(|person| person.id == server.staff);
    Staff {
        id: StaffId::from_uuid(server.ids.next_uuid()),
        name: "Nina".to_owned(),
        role: Role::Cashier,
        ..manager.expect("the manager stays")
    }
}

fn delete(kind: &str, id: &impl ToString) -> EntityChange {
    EntityChange::Delete {
        kind: EntityKind::new(kind),
        id: id.to_string(),
    }
}
