//! Names are foreign input: whatever they hold, the printer gets text and never a command.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::market_sale;
use comptoir_documents::escpos::{PrinterProfile, render};
use comptoir_documents::{Language, receipt};
use comptoir_testkit::escpos::{Command, Paper, parse, print};
use proptest::prelude::*;

/// Text with far more control bytes, odd spaces and foreign scripts than any catalogue has.
fn hostile_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        3 => prop::char::range('\u{0}', '\u{1f}'),
        2 => prop::char::range('\u{7f}', '\u{a0}'),
        4 => prop::char::range(' ', '~'),
        2 => prop::char::range('\u{a0}', '\u{24f}'),
        1 => prop::char::range('\u{2000}', '\u{206f}'),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 0..60).prop_map(|characters| characters.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_name_is_ever_a_command(name in hostile_text(), other in hostile_text(), small in any::<bool>()) {
        let mut content = market_sale();
        content.seller.name.clone_from(&name);
        content.cashier.clone_from(&other);
        content.lines[0].name.clone_from(&name);
        content.lines[1].price_name = Some(other.clone());
        content.tenders[0].name.clone_from(&other);
        content.footer = vec![name, other];
        let profile = if small { PrinterProfile::generic_58() } else { PrinterProfile::epson_80() };
        let paper = if small { Paper::GENERIC_58 } else { Paper::EPSON_80 };
        let job = render(&receipt::lay_out(&content, Language::French), &profile).unwrap();
        let printed = print(&job, paper);
        prop_assert_eq!(printed.unknown, Vec::<Vec<u8>>::new());
        prop_assert_eq!(printed.undecodable, Vec::<u8>::new());
        prop_assert_eq!(printed.overflows, 0);
        prop_assert_eq!(printed.drawer_pulses, 0);
        let commands = parse(&job);
        let count = |wanted: fn(&Command) -> bool| commands.iter().filter(|command| wanted(command)).count();
        prop_assert_eq!(count(|command| matches!(command, Command::Reset)), 1);
        prop_assert_eq!(count(|command| matches!(command, Command::Cut { .. })), usize::from(!small));
        prop_assert_eq!(count(|command| matches!(
            command,
            Command::RealTimeStatus(_) | Command::Recover(_) | Command::QueuedStatus(_) | Command::AutoStatus(_)
        )), 0);
    }
}

#[test]
fn a_name_that_spells_a_drawer_command_prints_as_letters() {
    let mut content = market_sale();
    content.lines[0].name = "\u{1b}p\u{0}\u{19}\u{fa}Thym\u{10}\u{4}\u{1}".to_owned();
    let job = render(
        &receipt::lay_out(&content, Language::French),
        &PrinterProfile::epson_80(),
    )
    .unwrap();
    let printed = print(&job, Paper::EPSON_80);
    assert_eq!(printed.drawer_pulses, 0);
    assert!(printed.text().contains("p úThym"), "{}", printed.text());
}
