//! What several documents state: who sells, at what local time, by which software.

use chrono::{DateTime, FixedOffset, Offset};
use comptoir_domain::country::Country;
use comptoir_domain::time::{Timestamp, Zone};
use serde::{Deserialize, Serialize};

/// The seller as a document names it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seller {
    pub name: String,
    /// Street, postcode and town, one line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address_lines: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_number: Option<String>,
    /// What the country's register calls the seller, with its name: `SIRET 123 456 789 00012`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<String>,
    /// Where the seller is established: its law names the reasons for which no tax is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
}

/// The program that made the document: auditors ask for both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Software {
    pub name: String,
    pub version: String,
}

/// A moment together with what the clock on the wall showed, so that the document reads the same
/// wherever and whenever it is printed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTime {
    pub at: Timestamp,
    /// East of Greenwich, in minutes.
    pub offset_minutes: i16,
}

impl LocalTime {
    /// The moment as the clocks of a zone show it.
    pub fn in_zone(at: Timestamp, zone: Zone) -> LocalTime {
        let seconds = at.in_zone(zone).offset().fix().local_minus_utc();
        LocalTime {
            at,
            offset_minutes: i16::try_from(seconds / 60).unwrap_or(0),
        }
    }

    /// The date and time on the wall; an impossible offset counts as none.
    pub fn on_the_wall(self) -> DateTime<FixedOffset> {
        let seconds = i32::from(self.offset_minutes) * 60;
        let utc = self.at.to_utc();
        match FixedOffset::east_opt(seconds) {
            Some(offset) => utc.with_timezone(&offset),
            None => utc.fixed_offset(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_keeps_the_clock_on_the_wall() {
        let paris: Zone = "Europe/Paris".parse().unwrap();
        let winter = LocalTime::in_zone(Timestamp::from_unix_ms(1_795_221_000_000), paris);
        assert_eq!(winter.offset_minutes, 60);
        assert_eq!(
            winter.on_the_wall().to_rfc3339(),
            "2026-11-21T01:30:00+01:00"
        );
        let impossible = LocalTime {
            offset_minutes: i16::MAX,
            ..winter
        };
        assert_eq!(
            impossible.on_the_wall().to_rfc3339(),
            "2026-11-21T00:30:00+00:00"
        );
    }
}
