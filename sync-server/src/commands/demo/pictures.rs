//! The demo's pictures: flat shapes in one hand and few colours, drawn by code. Each product names
//! its picture; goods of one shape differ in colour.

mod goods;
mod plants;

/// Everything stands on the same ground, in the same frame.
const FRAME_START: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 96 72\">\
     <ellipse cx=\"48\" cy=\"64\" rx=\"26\" ry=\"3.2\" fill=\"#2b2a26\" opacity=\".09\"/>";

const GREEN: &str = "#7c9a5b";
const DARK_GREEN: &str = "#587a47";
const CREAM: &str = "#f3ead6";
const PAPER: &str = "#d9c3a0";
const BROWN: &str = "#8a5f3f";
const CRUST: &str = "#c58f55";
const GLASS: &str = "#e9eee8";
const RED: &str = "#c4513f";
const PURPLE: &str = "#7d4a68";
const ORANGE: &str = "#dd8a3e";
const YELLOW: &str = "#e5b94e";

/// The picture of a name, as SVG; `None` where nobody drew it.
pub(super) fn svg(name: &str) -> Option<String> {
    let drawing = plants::drawing(name).or_else(|| goods::drawing(name))?;
    Some(format!("{FRAME_START}{drawing}</svg>"))
}

/// A filled outline.
fn path(outline: &str, colour: &str) -> String {
    format!("<path d=\"{outline}\" fill=\"{colour}\"/>")
}

/// An open stroke.
fn stroke(outline: &str, colour: &str, width: u32) -> String {
    format!(
        "<path d=\"{outline}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\"/>"
    )
}

fn circle(x: i32, y: i32, radius: i32, colour: &str) -> String {
    format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{colour}\"/>")
}

fn ellipse(x: i32, y: i32, half_width: i32, half_height: i32, colour: &str) -> String {
    format!(
        "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{half_width}\" ry=\"{half_height}\" fill=\"{colour}\"/>"
    )
}

fn block(x: i32, y: i32, width: i32, height: i32, round: i32, colour: &str) -> String {
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" fill=\"{colour}\"/>"
    )
}

/// A soft light on the left of something round.
fn shine(outline: &str) -> String {
    format!(
        "<path d=\"{outline}\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\".35\" stroke-width=\"3\" \
         stroke-linecap=\"round\"/>"
    )
}
