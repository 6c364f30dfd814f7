//! The secret address under which a customer finds an order again.

use comptoir_domain::ids::{HubId, OrderId};
use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// How many bytes of the keyed hash an address shows: nobody guesses 128 bits.
const SHOWN: usize = 16;

/// Makes and reads the secret part of orders' addresses. It is a keyed hash of the order, so that a
/// server that was restored from a backup still knows the addresses that it gave out.
#[derive(Clone)]
pub struct OrderLinks {
    secret: [u8; 32],
}

impl std::fmt::Debug for OrderLinks {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("OrderLinks(…)")
    }
}

/// An order as its address names it: `ID.SECRET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderLink(pub OrderId);

impl OrderLinks {
    /// From the server's own key, under a name of its own.
    pub fn new(key: &SigningKey) -> OrderLinks {
        let mut hasher = Sha256::new();
        hasher.update(b"comptoir-order-links-1");
        hasher.update(key.as_bytes());
        OrderLinks {
            secret: hasher.finalize().into(),
        }
    }

    /// The last part of the address of an order.
    pub fn of(&self, hub: HubId, order: OrderId) -> String {
        let hash = self.mac(hub, order).finalize().into_bytes();
        let mut text = format!("{order}.");
        for byte in &hash[..SHOWN] {
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }

    /// Reads the last part of an address; none where it was not made here for this hub.
    pub fn read(&self, hub: HubId, text: &str) -> Option<OrderLink> {
        let (order, secret) = text.split_once('.')?;
        let order: OrderId = order.parse().ok()?;
        let secret = bytes_of(secret)?;
        self.mac(hub, order)
            .verify_truncated_left(&secret)
            .ok()
            .map(|()| OrderLink(order))
    }

    fn mac(&self, hub: HubId, order: OrderId) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret)
            .expect("a keyed hash takes keys of any length");
        mac.update(hub.uuid().as_bytes());
        mac.update(order.uuid().as_bytes());
        mac
    }
}

fn bytes_of(secret: &str) -> Option<[u8; SHOWN]> {
    if secret.len() != 2 * SHOWN || !secret.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; SHOWN];
    for (byte, pair) in bytes.iter_mut().zip(secret.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn only_the_address_that_was_given_out_opens_an_order() {
        let links = OrderLinks::new(&SigningKey::from_bytes(&[7; 32]));
        let (hub, order) = (HubId::from_uuid(id(1)), OrderId::from_uuid(id(2)));
        let address = links.of(hub, order);
        assert_eq!(links.read(hub, &address), Some(OrderLink(order)));
        assert_eq!(links.read(HubId::from_uuid(id(9)), &address), None);
        let other = OrderLinks::new(&SigningKey::from_bytes(&[8; 32]));
        assert_eq!(other.read(hub, &address), None);
        let mut changed = address.clone();
        changed.pop();
        for wrong in [
            changed.clone(),
            format!("{changed}0").replace("00", "01"),
            format!("{address}0"),
            order.to_string(),
            format!("{order}."),
            format!("{order}.é{}", "0".repeat(30)),
        ] {
            if wrong != address {
                assert_eq!(links.read(hub, &wrong), None, "{wrong}");
            }
        }
    }
}
