//! How often somebody may guess.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use comptoir_domain::time::Timestamp;

const WINDOW_MS: i64 = 60_000;

/// Wrong guesses from one address in a minute. There is no limit over all addresses: codes have sixty
/// bits, so guessing from everywhere is far below danger, and whoever sent wrong codes from many
/// addresses could keep everybody from pairing.
const PER_ADDRESS: u32 = 10;

/// The most addresses that are remembered in a minute.
const ADDRESSES_MAX: usize = 50_000;

/// The bits of an IPv6 address that tell one subscriber from another.
const SUBSCRIBER_BITS: u32 = 64;

/// Counts wrong guesses by address, within a minute.
#[derive(Debug, Default)]
pub struct Tries(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    since: Timestamp,
    by_address: BTreeMap<IpAddr, u32>,
}

impl Tries {
    /// How long an address has to wait before the next guess, in seconds; none if it need not.
    pub fn wait_of(&self, address: IpAddr, now: Timestamp) -> Option<u32> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        window.move_on(now);
        let from_there = window.by_address.get(&subscriber(address));
        let is_too_many = from_there.is_some_and(|tries| *tries >= PER_ADDRESS);
        is_too_many.then(|| {
            let left_ms = WINDOW_MS - now.ms_since(window.since);
            u32::try_from(left_ms / 1000 + 1).unwrap_or(1)
        })
    }

    /// A guess from an address was wrong.
    pub fn count(&self, address: IpAddr, now: Timestamp) {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        window.move_on(now);
        let address = subscriber(address);
        if window.by_address.len() >= ADDRESSES_MAX && !window.by_address.contains_key(&address) {
            return;
        }
        let from_there = window.by_address.entry(address).or_default();
        *from_there = from_there.saturating_add(1);
    }
}

/// The address as far as it tells who guesses: one subscriber has a whole network of IPv6 addresses.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & (u128::MAX << (128 - SUBSCRIBER_BITS));
            Ipv6Addr::from_bits(network).into()
        }
        plain @ IpAddr::V4(_) => plain,
    }
}

impl Window {
    fn move_on(&mut self, now: Timestamp) {
        let age = now.ms_since(self.since);
        if !(0..WINDOW_MS).contains(&age) {
            *self = Window {
                since: now,
                ..Window::default()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_guess_in_a_minute_waits_and_others_do_not() {
        let tries = Tries::default();
        let (guesser, other) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let now = Timestamp::from_unix_ms(1_000_000);
        for _ in 0..PER_ADDRESS {
            assert_eq!(tries.wait_of(guesser, now), None);
            tries.count(guesser, now);
        }
        assert_eq!(tries.wait_of(guesser, now), Some(61));
        assert_eq!(tries.wait_of(other, now), None);
        assert_eq!(tries.wait_of(guesser, now.plus_ms(WINDOW_MS)), None);
    }

    #[test]
    fn one_network_of_ipv6_is_one_guesser() {
        let tries = Tries::default();
        let now = Timestamp::from_unix_ms(1_000_000);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for host in 0..PER_ADDRESS {
            tries.count(address(&format!("2001:db8:1:2::{host}")), now);
        }
        assert!(
            tries
                .wait_of(address("2001:db8:1:2:ffff::1"), now)
                .is_some()
        );
        assert_eq!(tries.wait_of(address("2001:db8:1:3::1"), now), None);
    }
}
