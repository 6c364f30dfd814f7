//! A document as blocks that say what they are. Widths, fonts and bytes are the back ends' matter.

/// A document ready for any medium.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    pub blocks: Vec<Block>,
}

/// One part of a document, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The first thing the eye meets: the hub's name, the title of a report.
    Heading(String),
    /// Running text, broken over as many rows as it needs.
    Text {
        text: String,
        style: Style,
        align: Align,
        /// Cells kept free on the left, on each row.
        indent: u8,
    },
    /// Two texts at the two margins; below each other where they do not fit side by side.
    Pair {
        left: String,
        right: String,
    },
    /// A label and its amount at the right margin. The label breaks, the amount never does.
    Amount {
        label: String,
        amount: String,
        style: Style,
        /// Cells kept free before the label.
        indent: u8,
    },
    Table(Table),
    Checklist(Vec<CheckRow>),
    /// Two groups of lines beside each other, or below each other where the page is narrow.
    Parties {
        left: Vec<PartyLine>,
        right: Vec<PartyLine>,
    },
    Rule(Rule),
    /// A QR code, with what it means below it.
    Qr {
        data: String,
        caption: String,
    },
    Barcode(Barcode),
    /// Empty rows.
    Spacing(u8),
    /// A picture in black and white, centred.
    Image(Bitmap),
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    pub bold: bool,
    pub size: Size,
}

impl Style {
    pub const PLAIN: Style = Style {
        bold: false,
        size: Size::Normal,
    };
    pub const BOLD: Style = Style {
        bold: true,
        size: Size::Normal,
    };
    /// Double height: for names and titles.
    pub const TALL: Style = Style {
        bold: true,
        size: Size::Tall,
    };
    /// Double height and width: for the one figure that counts.
    pub const LARGE: Style = Style {
        bold: true,
        size: Size::Large,
    };
}

/// The size of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    #[default]
    Normal,
    /// Double height.
    Tall,
    /// Double height and double width.
    Large,
}

impl Size {
    /// Cells that one narrow character takes.
    pub const fn width(self) -> usize {
        match self {
            Size::Normal | Size::Tall => 1,
            Size::Large => 2,
        }
    }

    /// Rows that a line of this size takes.
    pub const fn height(self) -> usize {
        match self {
            Size::Normal => 1,
            Size::Tall | Size::Large => 2,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    #[default]
    Left,
    Centre,
    Right,
}

/// A line across the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Light,
    Heavy,
}

/// Goods to take in hand: a box to tick, how much, what, and in smaller type what else to know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckRow {
    pub quantity: String,
    pub label: String,
    pub details: Vec<String>,
}

/// One line of what a document says of one side: a name, a street.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartyLine {
    pub text: String,
    pub style: Style,
}

impl CheckRow {
    fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        [&mut self.quantity, &mut self.label]
            .into_iter()
            .chain(&mut self.details)
    }
}

impl PartyLine {
    pub fn plain(text: impl Into<String>) -> PartyLine {
        PartyLine {
            text: text.into(),
            style: Style::PLAIN,
        }
    }

    pub fn bold(text: impl Into<String>) -> PartyLine {
        PartyLine {
            text: text.into(),
            style: Style::BOLD,
        }
    }
}

/// Rows of cells: the first column is text and stands left, the others are figures and stand right.
/// A row of one cell says more of the row above it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// One label per column; empty for a table without a head.
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// A linear barcode that is sure to be valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barcode(String);

/// A text that Code 128 (set B) or a receipt's width cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a barcode on a document has 1 to 24 printable ASCII characters")]
pub struct BadBarcode;

impl Barcode {
    /// A Code 128 symbol of 1 to 24 printable ASCII characters.
    pub fn code_128(text: &str) -> Result<Barcode, BadBarcode> {
        let fits =
            (1..=24).contains(&text.len()) && text.bytes().all(|byte| (32..127).contains(&byte));
        if fits {
            Ok(Barcode(text.to_owned()))
        } else {
            Err(BadBarcode)
        }
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// How many thinnest bars wide the symbol is, with the white that a scanner needs around it:
    /// eleven for each character, for the start and for the check, thirteen for the stop.
    pub const fn modules(&self) -> usize {
        const QUIET: usize = 10;
        11 * (self.0.len() + 2) + 13 + 2 * QUIET
    }
}

/// A picture of black and white dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    height: usize,
    dots: Vec<bool>,
}

impl Bitmap {
    /// A white picture.
    pub fn white(width: usize, height: usize) -> Bitmap {
        Bitmap {
            width,
            height,
            dots: vec![false; width * height],
        }
    }

    pub const fn width(&self) -> usize {
        self.width
    }

    pub const fn height(&self) -> usize {
        self.height
    }

    /// Whether a dot is black; white outside the picture.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.dots[y * self.width + x]
    }

    /// Makes a dot black; nothing happens outside the picture.
    pub fn blacken(&mut self, x: usize, y: usize) {
        if x < self.width && y < self.height {
            self.dots[y * self.width + x] = true;
        }
    }
}

impl Document {
    /// The same document with each text passed through `change`; QR codes and barcodes keep theirs.
    pub fn map_text(mut self, change: &impl Fn(&str) -> String) -> Document {
        for block in &mut self.blocks {
            for text in block.texts() {
                *text = change(text);
            }
        }
        self
    }

    /// Adds a block and returns the document, to chain.
    pub(crate) fn push(&mut self, block: Block) -> &mut Document {
        self.blocks.push(block);
        self
    }

    pub(crate) fn text(
        &mut self,
        text: impl Into<String>,
        style: Style,
        align: Align,
    ) -> &mut Document {
        self.push(Block::Text {
            text: text.into(),
            style,
            align,
            indent: 0,
        })
    }

    pub(crate) fn indented(&mut self, text: impl Into<String>, indent: u8) -> &mut Document {
        self.push(Block::Text {
            text: text.into(),
            style: Style::PLAIN,
            align: Align::Left,
            indent,
        })
    }

    pub(crate) fn amount(
        &mut self,
        label: impl Into<String>,
        amount: impl Into<String>,
        style: Style,
    ) -> &mut Document {
        self.push(Block::Amount {
            label: label.into(),
            amount: amount.into(),
            style,
            indent: 0,
        })
    }

    pub(crate) fn pair(
        &mut self,
        left: impl Into<String>,
        right: impl Into<String>,
    ) -> &mut Document {
        self.push(Block::Pair {
            left: left.into(),
            right: right.into(),
        })
    }

    pub(crate) fn rule(&mut self, rule: Rule) -> &mut Document {
        self.push(Block::Rule(rule))
    }

    pub(crate) fn space(&mut self) -> &mut Document {
        self.push(Block::Spacing(1))
    }
}

impl Block {
    fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Block::Heading(text) | Block::Text { text, .. } | Block::Qr { caption: text, .. } => {
                vec![text]
            }
            Block::Pair { left, right } => vec![left, right],
            Block::Amount { label, amount, .. } => vec![label, amount],
            Block::Table(table) => table
                .head
                .iter_mut()
                .chain(table.rows.iter_mut().flatten())
                .collect(),
            Block::Checklist(rows) => rows.iter_mut().flat_map(CheckRow::texts).collect(),
            Block::Parties { left, right } => left
                .iter_mut()
                .chain(right)
                .map(|line| &mut line.text)
                .collect(),
            Block::Rule(_) | Block::Barcode(_) | Block::Spacing(_) | Block::Image(_) => Vec::new(),
        }
    }
}
