//! Pictures that are compared with ones that somebody looked at.

use std::path::Path;

use image::RgbImage;

/// How far a channel of a pixel may be off: drawing rounds a little differently from machine to machine.
const TOLERANCE: u8 = 24;

/// Compares a picture with the one in a file. With `UPDATE_GOLDEN` set in the environment the file is
/// written anew, to be looked at before it is committed. What differs is told in words.
pub fn compare_picture(picture: &RgbImage, golden: &Path) -> Result<(), String> {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return picture.save(golden).map_err(|error| error.to_string());
    }
    let expected = image::open(golden).map_err(|error| format!("{}: {error}", golden.display()))?;
    let expected = expected.into_rgb8();
    if picture.dimensions() != expected.dimensions() {
        let (actual, expected) = (picture.dimensions(), expected.dimensions());
        return Err(format!("{actual:?} dots instead of {expected:?}"));
    }
    let off = |one: u8, other: u8| one.abs_diff(other) > TOLERANCE;
    let differs = |(x, y, pixel): (u32, u32, &image::Rgb<u8>)| {
        let expected = expected.get_pixel(x, y);
        let channels = pixel.0.iter().zip(expected.0);
        channels
            .into_iter()
            .any(|(one, other)| off(*one, other))
            .then_some((x, y))
    };
    let different: Vec<(u32, u32)> = picture.enumerate_pixels().filter_map(differs).collect();
    match different.first() {
        None => Ok(()),
        Some(first) => Err(format!(
            "{} dots differ, the first at {first:?}",
            different.len()
        )),
    }
}
