use super::*;

fn shown(job: &[u8]) -> Printed {
    print(job, Paper::EPSON_80)
}

/// What an independent reader sees on the picture.
fn read_qr(printed: &Printed) -> Vec<String> {
    let picture = image::imageops::grayscale(&printed.picture());
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut sheet = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        picture.get_pixel(x as u32, y as u32).0[0]
    });
    let codes = sheet.detect_grids().into_iter();
    codes
        .filter_map(|code| code.decode().ok())
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn text_is_decoded_by_the_selected_page() {
    let printed = shown(b"\x1b@\x1bt\x13caf\x82 3,20 \xd5\n\x1bt\x11\x86\n");
    assert_eq!(printed.lines, ["café 3,20 €", "Ж"]);
    assert_eq!(printed.undecodable, Vec::<u8>::new());
    assert_eq!(shown(b"\x1bt\xc8\x82\n").undecodable, [0x82]);
}

#[test]
fn a_row_that_is_too_long_is_broken_and_counted() {
    let printed = shown(&[vec![b'x'; 60], b"\n".to_vec()].concat());
    assert_eq!(printed.overflows, 1);
    assert_eq!(
        printed.lines.iter().map(String::len).collect::<Vec<_>>(),
        [48, 12]
    );
    // At double width half as many fit.
    assert_eq!(
        shown(&[b"\x1d!\x11".to_vec(), vec![b'x'; 25]].concat()).overflows,
        1
    );
}

#[test]
fn the_picture_of_a_qr_code_can_be_read() {
    let job = b"\x1ba\x01\x1d(k\x03\x001C\x06\x1d(k\x0b\x001P0comptoir\x1d(k\x03\x001Q0\n";
    let printed = shown(job);
    assert_eq!(printed.lines[0], "[QR comptoir]");
    assert_eq!(read_qr(&printed), ["comptoir"]);
}

#[test]
fn the_paper_is_as_wide_as_the_roll_and_as_long_as_the_print() {
    let (one, two) = (shown(b"a\n").picture(), shown(b"a\nb\n").picture());
    assert_eq!(one.width(), 576 + 2 * MARGIN + 20);
    assert_eq!(two.height() - one.height(), SPACING_DOTS as u32);
    let tall = shown(b"\x1d!\x01a\n").picture();
    assert_eq!(tall.height() - one.height(), 48 - 30);
    assert!(shown(b"a\n").png().unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn letters_leave_ink_where_they_stand() {
    let printed = shown(b"        x\n");
    let dark = |from: usize, to: usize| {
        (from..to).any(|x| (0..30).any(|y| printed.ink.darkness(x, y) > 200))
    };
    assert!(dark(96, 108));
    assert!(!dark(0, 96) && !dark(108, 576));
}

#[test]
fn what_is_another_on_each_day_can_be_left_out_of_a_picture() {
    let [monday, tuesday] = [b"Shop\nMonday 1\nEnd\n", b"Shop\nMonday 2\nEnd\n"];
    let (monday, tuesday) = (shown(monday), shown(tuesday));
    assert_ne!(monday.picture(), tuesday.picture());
    let without = |printed: &Printed| printed.picture_without(&["Monday"]);
    assert_eq!(without(&monday), without(&tuesday));
    // Only that line is gone.
    assert_ne!(
        without(&monday),
        shown(b"Shup\nMonday 1\nEnd\n").picture_without(&["Monday"])
    );
    assert_ne!(
        without(&monday),
        shown(b"Shop\nMonday 1\nEnt\n").picture_without(&["Monday"])
    );
}

#[test]
fn drawer_cut_and_nonsense_are_told() {
    let printed = shown(b"\x1bp\0\x32\xfaText\n\x01\x1dVB\0");
    assert_eq!(printed.drawer_pulses, 1);
    assert_eq!(printed.cuts, [true]);
    assert_eq!(printed.unknown, [vec![1u8]]);
}
