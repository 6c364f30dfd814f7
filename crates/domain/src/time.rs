//! Moments and days. The domain never reads a clock: every moment is passed in.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// A moment in milliseconds since 1970, UTC. Moments are shown and written down; they order nothing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, ts_rs::TS,
)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Timestamp(i64);

/// The last millisecond of the year 9999: what every calendar still holds.
const LATEST_MS: i64 = 253_402_300_799_999;

/// No zone is further from UTC.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Timestamp {
    pub const fn from_unix_ms(unix_ms: i64) -> Timestamp {
        Timestamp(unix_ms)
    }

    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    pub const fn plus_ms(self, milliseconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to here; negative where `earlier` is later.
    pub const fn ms_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The same moment on a calendar; what lies outside of the years 1970 to 9999 is brought to their
    /// edge.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.clamp(0, LATEST_MS - DAY_MS))
            .unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The local date and time in a zone.
    pub fn in_zone(self, zone: Zone) -> DateTime<chrono_tz::Tz> {
        self.to_utc().with_timezone(&zone.0)
    }

    /// The trading day that this moment belongs to, when the day ends `day_ends_at_minutes` after
    /// midnight local time (a hub that closes at two in the morning still counts the day before).
    pub fn trading_day(self, zone: Zone, day_ends_at_minutes: u16) -> NaiveDate {
        let shifted =
            self.in_zone(zone).naive_local() - TimeDelta::minutes(i64::from(day_ends_at_minutes));
        shifted.date()
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let unix_ms = i64::deserialize(deserializer)?;
        if (0..=LATEST_MS).contains(&unix_ms) {
            return Ok(Timestamp(unix_ms));
        }
        Err(serde::de::Error::custom(
            "a moment outside of the years 1970 to 9999",
        ))
    }
}

/// A time zone by its IANA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);

/// A name that is no IANA time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no time zone")]
pub struct UnknownZone(pub String);

impl Zone {
    pub const UTC: Zone = Zone(chrono_tz::Tz::UTC);

    /// The moment at which the clocks of the zone show a time; the earlier one where they show it
    /// twice, none where they pass it over.
    pub fn moment(self, local: chrono::NaiveDateTime) -> Option<Timestamp> {
        let moment = self.0.from_local_datetime(&local).earliest()?;
        Some(Timestamp::from_unix_ms(moment.timestamp_millis()))
    }
}

impl std::str::FromStr for Zone {
    type Err = UnknownZone;
    fn from_str(name: &str) -> Result<Zone, UnknownZone> {
        name.parse()
            .map(Zone)
            .map_err(|_| UnknownZone(name.to_owned()))
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_evening_belongs_to_the_day_before() {
        let paris: Zone = "Europe/Paris".parse().unwrap();
        // 2026-11-21 00:30 UTC is 01:30 in Paris.
        let moment = Timestamp::from_unix_ms(1_795_221_000_000);
        assert_eq!(moment.trading_day(paris, 0).to_string(), "2026-11-21");
        assert_eq!(moment.trading_day(paris, 180).to_string(), "2026-11-20");
    }
}
