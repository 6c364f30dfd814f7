//! What grows.

use super::{
    BROWN, CREAM, DARK_GREEN, GREEN, ORANGE, PURPLE, RED, YELLOW, circle, ellipse, path, shine,
    stroke,
};

pub(super) fn drawing(name: &str) -> Option<String> {
    Some(match name {
        "carrot" => root(ORANGE, "#b96c2a"),
        "parsnip" => root("#e9d9b0", "#c9b384"),
        "beet" => globe("#8e3550", "#8e3550"),
        "turnip" => globe("#a5688e", "#e8d6b6"),
        "radish" => globe("#d2627a", "#eecfcf"),
        "celeriac" => globe("#d8c49a", "#d8c49a"),
        "potato" => tuber("#d3b073", "#b08c50"),
        "sweetpotato" => tuber("#c9764f", "#a3573a"),
        "onion" => bulb("#d9a55a", "#b98338"),
        "redonion" => bulb("#9c4e68", "#7c3a52"),
        "garlic" => bulb("#e0c8d0", "#bf9ca8"),
        "leek" => stalks(CREAM, GREEN, DARK_GREEN),
        "fennel" => stalks("#e6edd2", "#a9c183", GREEN),
        "leaf" => leaves(GREEN, DARK_GREEN),
        "herb" => bunch(GREEN, DARK_GREEN),
        "lettuce" => head("#a9c26f", "#86a552"),
        "cabbage" => head("#8fb07a", "#6d9159"),
        "redcabbage" => head("#93608a", PURPLE),
        "cauliflower" => florets("#efe0be", "#dcc79b", GREEN),
        "broccoli" => florets("#7fa35c", "#638a47", "#a9c183"),
        "tomato" => round(RED, GREEN),
        "apple" => apple("#d9b24a"),
        "redapple" => apple("#c65a48"),
        "pear" => pear(),
        "lemon" => citrus("#ecd25c", "#f7ecab"),
        "orange" => citrus("#e69a3c", "#f6cd8c"),
        "kiwi" => citrus("#8b6b45", "#b9cf77"),
        "courgette" => long("#6f9450", "#8fb06e", "#c2b26b"),
        "aubergine" => long("#5a3a5e", "#7b5880", DARK_GREEN),
        "pepper" => pepper(),
        "squash" => butternut(),
        "pumpkin" => pumpkin(),
        "bean" => beans(),
        "mushroom" => mushroom(),
        "grape" => cluster("#a9b86a"),
        "strawberry" => strawberry(),
        "nut" => nuts(),
        "flower" => flowers(),
        _ => return None,
    })
}

fn tuft(colour: &str) -> String {
    [
        path("M48 24 Q37 17 35 8 Q46 11 48 24Z", colour),
        path("M48 24 Q59 17 61 8 Q50 11 48 24Z", colour),
        path("M48 25 Q43 13 48 4 Q53 13 48 25Z", colour),
    ]
    .concat()
}

fn root(body: &str, rings: &str) -> String {
    tuft(GREEN)
        + &path("M36 27 Q48 18 60 27 Q58 50 48 65 Q38 50 36 27Z", body)
        + &stroke("M39 35h7M51 41h6M41 48h5", rings, 2)
}

fn globe(top: &str, bottom: &str) -> String {
    tuft(GREEN)
        + &path(
            "M48 22C66 22 70 36 66 46C62 55 53 56 48 66C43 56 34 55 30 46C26 36 30 22 48 22Z",
            bottom,
        )
        + &path(
            "M48 22C66 22 70 34 67 43Q48 50 29 43C26 34 30 22 48 22Z",
            top,
        )
        + &shine("M36 33Q34 37 35 41")
}

fn tuber(body: &str, eyes: &str) -> String {
    path(
        "M24 47C22 35 34 26 46 30C56 24 74 30 73 45C72 58 58 64 46 63C34 64 26 58 24 47Z",
        body,
    ) + &stroke(
        "M38 42q2 2 4 0M53 39q2 2 4 0M47 53q2 2 4 0M61 50q2 2 4 0",
        eyes,
        2,
    )
}

fn bulb(body: &str, lines: &str) -> String {
    path(
        "M48 7C49 20 72 24 72 44C72 58 60 65 48 65C36 65 24 58 24 44C24 24 47 20 48 7Z",
        body,
    ) + &stroke("M48 22C40 32 38 52 45 63M48 22C56 32 58 52 51 63", lines, 2)
        + &shine("M31 40Q30 46 33 51")
}

fn stalks(white: &str, middle: &str, top: &str) -> String {
    [
        path("M33 34Q24 22 22 8Q34 12 42 34Z", top),
        path("M63 34Q72 22 74 8Q62 12 54 34Z", top),
        path("M41 36Q40 18 48 5Q56 18 55 36Z", middle),
        path("M35 32h10l2 33h-8Q33 50 35 32Z", white),
        path("M61 32h-10l-2 33h8Q63 50 61 32Z", white),
        path("M43 32h10v33h-10Z", white),
        stroke("M43 40v20M53 40v20", middle, 1),
    ]
    .concat()
}

fn leaves(light: &str, dark: &str) -> String {
    [
        path("M44 65Q18 54 24 20Q46 30 44 65Z", dark),
        path("M46 65Q40 28 66 8Q82 42 46 65Z", light),
        stroke("M47 62Q56 38 64 18M53 42l9-4M50 51l12-4", dark, 2),
        stroke("M43 62Q36 44 28 30", light, 2),
    ]
    .concat()
}

fn bunch(light: &str, dark: &str) -> String {
    [
        stroke("M48 65Q46 44 34 26M48 65V20M48 65Q50 44 62 26", dark, 3),
        circle(32, 22, 9, light),
        circle(64, 22, 9, light),
        circle(48, 14, 10, light),
        circle(40, 29, 8, dark),
        circle(56, 29, 8, dark),
        circle(48, 26, 8, light),
        stroke("M41 49h14", "#b98a4e", 4),
    ]
    .concat()
}

fn head(light: &str, dark: &str) -> String {
    [
        circle(31, 44, 17, dark),
        circle(65, 44, 17, dark),
        circle(48, 30, 19, dark),
        circle(48, 43, 21, light),
        stroke(
            "M48 62V32M48 46l-10-8M48 46l10-8M48 55l-13-6M48 55l13-6",
            dark,
            2,
        ),
    ]
    .concat()
}

fn florets(light: &str, dark: &str, stem: &str) -> String {
    [
        path("M26 44Q22 62 42 66h12Q74 62 70 44Z", stem),
        circle(32, 38, 12, dark),
        circle(64, 38, 12, dark),
        circle(40, 27, 12, light),
        circle(56, 27, 12, light),
        circle(48, 39, 14, light),
        circle(35, 43, 8, light),
        circle(61, 43, 8, light),
    ]
    .concat()
}

fn star(x: i32, y: i32, colour: &str) -> String {
    format!(
        "<g transform=\"translate({x} {y})\">{}</g>",
        path(
            "M0 -7L3 -1L12 -3L6 3L9 10L0 6L-9 10L-6 3L-12 -3L-3 -1Z",
            colour,
        )
    )
}

fn round(body: &str, top: &str) -> String {
    ellipse(48, 43, 25, 22, body) + &star(48, 23, top) + &shine("M29 40Q29 48 35 54")
}

fn apple(body: &str) -> String {
    path(
        "M48 22C40 14 23 17 23 38C23 55 37 68 48 63C59 68 73 55 73 38C73 17 56 14 48 22Z",
        body,
    ) + &stroke("M48 22Q48 13 52 8", BROWN, 3)
        + &path("M51 15Q60 4 70 10Q63 20 51 15Z", GREEN)
        + &shine("M30 34Q28 43 33 51")
}

fn pear() -> String {
    path(
        "M48 12C57 12 56 25 60 33C66 41 69 45 67 53C64 63 55 65 48 65C41 65 32 63 29 53C27 45 30 41 36 33C40 25 39 12 48 12Z",
        "#c3bd5a",
    ) + &stroke("M48 13Q48 7 51 4", BROWN, 3)
        + &path("M50 10Q58 2 66 7Q60 15 50 10Z", GREEN)
        + &shine("M36 44Q33 50 36 56")
}

fn citrus(peel: &str, flesh: &str) -> String {
    circle(40, 42, 22, peel)
        + &shine("M23 40Q24 48 29 53")
        + &circle(60, 48, 17, peel)
        + &circle(60, 48, 14, flesh)
        + &stroke(
            "M60 48V36M60 48l11-5M60 48l8 9M60 48l-8 9M60 48l-11-5",
            "#fffaf0",
            2,
        )
}

fn long(body: &str, light: &str, cap: &str) -> String {
    path(
        "M20 52C18 44 26 38 36 36C50 33 58 24 68 17L77 27C70 40 60 52 44 60C34 65 23 62 20 52Z",
        body,
    ) + &path("M66 15Q74 8 80 12Q85 18 77 28Z", cap)
        + &stroke("M30 46Q48 42 64 28", light, 3)
}

fn pepper() -> String {
    path(
        "M48 24C54 17 70 19 70 36C70 52 60 66 52 64Q48 61 44 64C36 66 26 52 26 36C26 19 42 17 48 24Z",
        RED,
    ) + &stroke("M41 30Q37 44 43 58M55 30Q59 44 53 58", "#a63f30", 2)
        + &stroke("M48 24Q47 13 53 8", DARK_GREEN, 5)
        + &shine("M31 33Q30 41 33 48")
}

fn butternut() -> String {
    path(
        "M41 10Q48 6 55 10Q57 24 61 32C72 40 70 65 48 65C26 65 24 40 35 32Q39 24 41 10Z",
        "#dcb06a",
    ) + &stroke("M48 9V4", BROWN, 4)
        + &stroke("M45 20Q42 36 37 46", "#e9c88f", 3)
}

fn pumpkin() -> String {
    [
        stroke("M48 24Q47 15 53 11", DARK_GREEN, 5),
        ellipse(31, 44, 15, 19, "#c9712f"),
        ellipse(65, 44, 15, 19, "#c9712f"),
        ellipse(48, 44, 14, 21, ORANGE),
        shine("M24 38Q23 45 26 51"),
    ]
    .concat()
}

fn beans() -> String {
    [
        stroke("M22 54Q46 58 70 20", DARK_GREEN, 7),
        stroke("M26 34Q46 50 74 44", GREEN, 7),
        stroke("M34 20Q40 48 66 60", "#93b36d", 7),
    ]
    .concat()
}

fn mushroom() -> String {
    path("M41 40h14Q54 54 58 62Q48 68 38 62Q42 54 41 40Z", CREAM)
        + &path(
            "M22 42C22 24 36 13 48 13C60 13 74 24 74 42Q48 50 22 42Z",
            "#b58a62",
        )
        + &shine("M32 31Q36 23 43 20")
}

fn cluster(colour: &str) -> String {
    let berries = [(34, 28), (48, 26), (62, 28), (41, 39), (55, 39), (48, 51)];
    let drawn = berries.iter().map(|(x, y)| {
        circle(*x, *y, 9, colour) + &shine(&format!("M{} {}q-2 3 0 6", x - 4, y - 3))
    });
    stroke("M48 22Q48 12 53 8", BROWN, 3)
        + &path("M50 14Q60 5 69 11Q61 20 50 14Z", GREEN)
        + &drawn.collect::<String>()
}

fn strawberry() -> String {
    path(
        "M48 66C34 58 24 42 28 30C32 20 44 22 48 25C52 22 64 20 68 30C72 42 62 58 48 66Z",
        "#cf4f4b",
    ) + &star(48, 21, GREEN)
        + &stroke(
            "M38 38v2M48 36v2M58 38v2M43 48v2M53 48v2M48 56v2",
            "#f3d9a4",
            2,
        )
}

fn nuts() -> String {
    [
        ellipse(36, 46, 17, 16, "#b98a5a"),
        stroke(
            "M36 30Q32 46 36 62M26 38q6 4 4 12M45 36q-6 6-3 16",
            BROWN,
            2,
        ),
        path(
            "M62 36C74 36 78 48 72 56Q66 66 57 60C48 54 50 38 62 36Z",
            "#9c6b45",
        ),
        stroke("M62 36Q68 44 65 54", "#c79a6d", 2),
    ]
    .concat()
}

fn bloom(x: i32, y: i32, petals: &str, middle: &str) -> String {
    let around = [(0, -8), (8, -2), (5, 7), (-5, 7), (-8, -2)];
    let petals = around
        .iter()
        .map(|(dx, dy)| circle(x + dx, y + dy, 6, petals));
    petals.collect::<String>() + &circle(x, y, 5, middle)
}

fn flowers() -> String {
    [
        stroke(
            "M48 65Q44 48 33 30M48 65V26M48 65Q52 48 64 32",
            DARK_GREEN,
            3,
        ),
        path("M47 56Q34 56 30 46Q42 44 47 56Z", GREEN),
        path("M49 56Q62 56 66 46Q54 44 49 56Z", GREEN),
        bloom(30, 26, "#c98ba3", YELLOW),
        bloom(66, 28, YELLOW, ORANGE),
        bloom(48, 17, RED, YELLOW),
    ]
    .concat()
}
