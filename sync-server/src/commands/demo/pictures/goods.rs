//! What is made.

use super::{
    BROWN, CREAM, CRUST, GLASS, GREEN, ORANGE, PAPER, RED, YELLOW, block, circle, ellipse, path,
    shine, stroke,
};

pub(super) fn drawing(name: &str) -> Option<String> {
    Some(match name {
        "egg" => eggs(),
        "milk" => bottle(GLASS, "#fbf8f0", "#8fb0c4"),
        "juice" => bottle("#e7c272", "#d9a441", GREEN),
        "pearjuice" => bottle("#d8d08a", "#bdb65c", GREEN),
        "redjuice" => bottle("#c98a93", "#9e3f52", GREEN),
        "oil" => bottle("#e6d69a", "#cbb04e", "#6f6a4a"),
        "beer" => bottle("#8a5a33", "#6e4526", "#d8b25a"),
        "honey" => jar("#e0a63c", YELLOW, BROWN),
        "jam" => jar("#b0413f", CREAM, RED),
        "jar" => jar("#b59a54", CREAM, "#7c7a52"),
        "tomatojar" => jar("#c25a3c", CREAM, GREEN),
        "soup" => jar("#dd8f43", CREAM, ORANGE),
        "jarwhite" => jar("#f6f1e4", "#cfdde2", "#8fb0c4"),
        "jarempty" => jar(GLASS, "#f6f6f0", "#9aa6a0"),
        "butter" => butter(),
        "cheese" => wedge("#e6c369", "#cda548"),
        "bluecheese" => wedge("#e3d7b8", "#7f95a3"),
        "goat" => rounds(),
        "bread" => loaf(),
        "baguette" => baguette(),
        "brioche" => brioche(),
        "tart" => tart(),
        "biscuit" => biscuits(),
        "flour" => bag(PAPER, CREAM, "#b98a4e"),
        "pasta" => bag(CREAM, YELLOW, "#b98a4e"),
        "coffee" => bag("#6d4c37", "#d9c3a0", BROWN),
        "tea" => bag("#b9c79a", CREAM, GREEN),
        "grain" => bowl(),
        "chocolate" => chocolate(),
        "candle" => candle(),
        "soap" => soap("#b7a6c9", "#9c88b3"),
        "whitesoap" => soap("#ecdcb9", "#d0bb8f"),
        "bag" => tote(),
        "box" => veg_box(),
        "workshop" => rolling_pin(),
        _ => return None,
    })
}

fn eggs() -> String {
    path(
        "M34 24C44 24 52 38 52 49C52 59 44 65 35 65C25 65 18 59 18 49C18 38 25 24 34 24Z",
        "#e3b98f",
    ) + &path(
        "M61 28C70 28 78 41 78 51C78 60 70 65 61 65C52 65 45 60 45 51C45 41 52 28 61 28Z",
        "#f0dcc0",
    ) + &shine("M26 42Q24 48 27 53")
        + &shine("M53 44Q51 50 54 55")
}

fn bottle(glass: &str, content: &str, label: &str) -> String {
    [
        block(43, 4, 10, 6, 2, BROWN),
        path(
            "M44 9h8v11Q62 25 62 34V60Q62 66 56 66H40Q34 66 34 60V34Q34 25 44 20Z",
            glass,
        ),
        path("M34 32Q48 36 62 32V60Q62 66 56 66H40Q34 66 34 60Z", content),
        block(34, 40, 28, 16, 0, CREAM),
        block(34, 43, 28, 3, 0, label),
        circle(48, 51, 3, label),
        shine("M39 30V37"),
    ]
    .concat()
}

fn jar(content: &str, label: &str, mark: &str) -> String {
    [
        path(
            "M30 22H66Q70 26 70 32V58Q70 66 62 66H34Q26 66 26 58V32Q26 26 30 22Z",
            content,
        ),
        block(28, 12, 40, 11, 3, "#a98d66"),
        block(28, 19, 40, 4, 0, "#8f7450"),
        block(33, 34, 30, 20, 2, label),
        circle(48, 44, 6, mark),
        shine("M30 32V48"),
    ]
    .concat()
}

fn butter() -> String {
    path("M20 40L58 30L78 38L40 49Z", "#f4dd91")
        + &path("M20 40L40 49V64L20 54Z", "#e3c66c")
        + &path("M40 49L78 38V52L40 64Z", "#ecd27c")
        + &path("M46 33L58 30L78 38V52L66 56V41.500Z", "#d9e2e4")
}

fn wedge(body: &str, marks: &str) -> String {
    [
        path("M16 44L66 20Q80 26 80 44Z", body),
        path("M16 44H80V64H16Z", body),
        stroke("M16 45H80", marks, 2),
        circle(32, 55, 4, marks),
        circle(52, 52, 3, marks),
        circle(66, 58, 4, marks),
        circle(60, 36, 3, marks),
        shine("M40 36L58 27"),
    ]
    .concat()
}

fn rounds() -> String {
    [
        block(24, 44, 48, 20, 5, "#ddd2b6"),
        ellipse(48, 45, 24, 8, "#efe7d2"),
        block(30, 26, 36, 16, 4, "#d2c5a5"),
        ellipse(48, 27, 18, 6, "#f3ecda"),
        path("M48 26Q54 14 64 17Q60 27 48 26Z", GREEN),
    ]
    .concat()
}

fn loaf() -> String {
    path(
        "M16 50C14 34 30 24 48 24C66 24 82 34 80 50Q78 64 66 64H30Q18 64 16 50Z",
        CRUST,
    ) + &stroke("M32 34l6 14M45 30l6 16M58 32l6 14", "#f0d9b0", 4)
        + &shine("M22 46Q24 38 30 34")
}

fn baguette() -> String {
    path(
        "M12 54C10 46 18 44 28 40C46 32 60 22 74 14Q86 12 84 22C78 34 62 46 44 56C30 64 15 64 12 54Z",
        CRUST,
    ) + &stroke("M30 43l7 8M44 36l7 8M58 27l7 8", "#f0d9b0", 4)
}

fn brioche() -> String {
    [
        path("M22 42H74L68 64H28Z", "#a86f3c"),
        stroke("M34 46l2 16M48 46v16M62 46l-2 16", "#8d5a2e", 2),
        ellipse(48, 38, 29, 14, "#cf9550"),
        circle(48, 23, 12, "#d9a25c"),
        shine("M41 20Q43 16 47 15"),
    ]
    .concat()
}

fn tart() -> String {
    [
        path("M14 42L82 28L74 58Q72 63 66 63H24Z", CRUST),
        path("M14 42L82 28L79 40L21 54Z", "#e8c878"),
        stroke(
            "M30 44q4-8 10-6M44 41q4-8 10-6M58 38q4-8 10-6",
            "#cf9550",
            4,
        ),
    ]
    .concat()
}

fn biscuits() -> String {
    let biscuit = |x: i32, y: i32| {
        circle(x, y, 15, "#d8a862")
            + &circle(x, y, 12, "#e6bf80")
            + &circle(x - 4, y - 3, 1, BROWN)
            + &circle(x + 4, y - 3, 1, BROWN)
            + &circle(x, y + 4, 1, BROWN)
    };
    [biscuit(34, 48), biscuit(62, 49), biscuit(48, 28)].concat()
}

fn bag(paper: &str, label: &str, mark: &str) -> String {
    [
        path("M30 16H66L68 62Q68 66 64 66H32Q28 66 28 62Z", paper),
        path("M30 16L33 8H63L66 16Z", "#00000022"),
        path("M30 16L33 8H63L66 16Z", paper),
        stroke("M31 16H65", "#2b2a2633", 2),
        block(35, 30, 26, 22, 2, label),
        stroke(
            "M48 47V36M48 40l-5-4M48 40l5-4M48 46l-5-4M48 46l5-4",
            mark,
            2,
        ),
    ]
    .concat()
}

fn bowl() -> String {
    let grains = [
        (34, 34),
        (42, 30),
        (50, 28),
        (58, 31),
        (63, 35),
        (46, 36),
        (54, 36),
        (39, 38),
    ];
    let heap: String = grains
        .iter()
        .map(|(x, y)| ellipse(*x, *y, 4, 3, "#9aa05a"))
        .collect();
    path("M26 40Q48 12 70 40Z", "#b3b56d")
        + &heap
        + &path("M18 40H78Q76 64 56 65H40Q20 64 18 40Z", "#b98a6a")
        + &stroke("M26 48Q28 56 36 60", "#d3ab8d", 3)
}

fn chocolate() -> String {
    [
        block(26, 10, 44, 40, 3, "#6a4330"),
        stroke("M41 12V48M55 12V48M28 23H68M28 36H68", "#553425", 2),
        path("M24 38L72 32V62Q72 66 68 66H28Q24 66 24 62Z", "#c9b27d"),
        block(36, 46, 24, 11, 2, CREAM),
    ]
    .concat()
}

fn candle() -> String {
    [
        path("M48 6Q57 17 48 23Q39 17 48 6Z", ORANGE),
        path("M48 12Q52 18 48 22Q44 18 48 12Z", YELLOW),
        stroke("M48 22V28", BROWN, 2),
        path("M36 28Q48 24 60 28V62Q48 68 36 62Z", "#e3bd62"),
        path(
            "M36 28Q48 24 60 28Q60 34 56 34Q54 40 51 34Q44 33 36 34Z",
            "#efd083",
        ),
        shine("M40 40V56"),
    ]
    .concat()
}

fn soap(body: &str, edge: &str) -> String {
    [
        block(18, 34, 60, 30, 8, edge),
        block(18, 29, 60, 29, 8, body),
        stroke("M34 44Q48 36 62 44", edge, 3),
        circle(70, 20, 5, "#dfe9ea"),
        circle(60, 14, 3, "#dfe9ea"),
        circle(77, 12, 3, "#dfe9ea"),
        shine("M26 38Q24 42 25 47"),
    ]
    .concat()
}

fn tote() -> String {
    stroke("M36 28Q36 8 48 8Q60 8 60 28", "#b49a72", 4)
        + &path("M26 26H70L74 62Q74 66 70 66H26Q22 66 22 62Z", "#e3d3b3")
        + &path("M48 58Q34 50 40 40Q50 44 48 58Z", GREEN)
        + &path("M48 58Q62 50 56 38Q46 42 48 58Z", "#93b36d")
}

fn veg_box() -> String {
    [
        path("M30 36Q22 18 28 8Q38 20 38 36Z", GREEN),
        path("M40 36Q38 16 48 8Q54 20 50 36Z", "#93b36d"),
        circle(60, 30, 11, RED),
        path("M66 36Q68 22 78 14Q80 28 74 38Z", ORANGE),
        block(16, 36, 64, 29, 3, "#c79a62"),
        stroke("M16 46H80M16 56H80", "#a87c48", 2),
        stroke("M26 38V63M70 38V63", "#a87c48", 2),
    ]
    .concat()
}

fn rolling_pin() -> String {
    [
        ellipse(48, 55, 30, 9, "#f0dfb8"),
        "<g transform=\"rotate(-24 48 36)\">".to_owned(),
        block(10, 33, 76, 6, 3, BROWN),
        block(22, 26, 52, 20, 6, CRUST),
        shine("M30 31H60"),
        "</g>".to_owned(),
    ]
    .concat()
}
