//! Days and times as people say them, on pages and in messages.

use chrono::{Datelike, Timelike};
use comptoir_documents::Language;
use comptoir_domain::time::{Timestamp, Zone};

/// `Saturday 28 November`, `samedi 28 novembre`, `mardi 1er décembre`.
pub(crate) fn day(at: Timestamp, zone: Zone, language: Language) -> String {
    let wall = at.in_zone(zone);
    let weekday = weekdays(language)[wall.weekday().num_days_from_monday() as usize % 7];
    let month = months(language)[wall.month0() as usize % 12];
    let first = language == Language::French && wall.day() == 1;
    let ordinal = if first { "er" } else { "" };
    format!("{weekday} {}{ordinal} {month}", wall.day())
}

/// `16:30`.
pub(crate) fn time(at: Timestamp, zone: Zone) -> String {
    let wall = at.in_zone(zone);
    format!("{:02}:{:02}", wall.hour(), wall.minute())
}

/// `Friday 27 November, 12:00`.
pub(crate) fn moment(at: Timestamp, zone: Zone, language: Language) -> String {
    format!("{}, {}", day(at, zone, language), time(at, zone))
}

/// Days of the week, Monday first.
const fn weekdays(language: Language) -> [&'static str; 7] {
    match language {
        Language::English => [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
        Language::French => [
            "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
        ],
    }
}

const fn months(language: Language) -> [&'static str; 12] {
    match language {
        Language::English => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        Language::French => [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_said_on_the_clocks_of_the_hub() {
        let paris: Zone = "Europe/Paris".parse().unwrap();
        let at = Timestamp::from_unix_ms(1_795_221_000_000);
        assert_eq!(
            moment(at, paris, Language::English),
            "Saturday 21 November, 01:30"
        );
        assert_eq!(
            moment(at, Zone::UTC, Language::French),
            "samedi 21 novembre, 00:30"
        );
        let first = Timestamp::from_unix_ms(1_796_083_200_000);
        assert_eq!(day(first, paris, Language::French), "mardi 1er décembre");
    }
}
