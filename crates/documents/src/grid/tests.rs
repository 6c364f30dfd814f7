use super::*;

fn rows(block: Block, columns: usize) -> String {
    let document = Document {
        blocks: vec![block],
    };
    to_text(&set(&document, columns), columns)
}

fn amount(label: &str, amount: &str, style: Style) -> Block {
    Block::Amount {
        label: label.to_owned(),
        amount: amount.to_owned(),
        style,
        indent: 0,
    }
}

#[test]
fn an_amount_stays_at_the_margin_whatever_its_label() {
    assert_eq!(
        rows(amount("Leeks", "1.50", Style::PLAIN), 16),
        "Leeks       1.50\n"
    );
    assert_eq!(
        rows(amount("Leeks from the hill", "1.50", Style::PLAIN), 16),
        "Leeks from  1.50\nthe hill\n"
    );
    assert_eq!(
        rows(amount("Leeks", "1,234,567.50 EUR", Style::PLAIN), 16),
        "Leeks\n1,234,567.50 EUR\n"
    );
}

#[test]
fn a_large_amount_shrinks_before_it_breaks() {
    assert_eq!(
        rows(amount("TOTAL", "€9.50", Style::LARGE), 24),
        "##TOTAL  €9.50\n"
    );
    assert_eq!(
        rows(amount("TOTAL", "€1,239.50", Style::LARGE), 24),
        "#TOTAL          €1,239.50\n"
    );
}

#[test]
fn a_table_too_wide_for_the_paper_becomes_labelled_rows() {
    let table = Block::Table(Table {
        head: ["VAT", "Net", "Tax"].map(str::to_owned).to_vec(),
        rows: vec![["A 20%", "1,000.00", "200.00"].map(str::to_owned).to_vec()],
    });
    assert_eq!(
        rows(table.clone(), 24),
        "VAT          Net     Tax\nA 20%   1,000.00  200.00\n"
    );
    assert_eq!(
        rows(table, 16),
        "A 20%\n  Net   1,000.00\n  Tax     200.00\n"
    );
}

#[test]
fn wide_characters_count_twice() {
    assert_eq!(
        rows(amount("蘋果", "1.50", Style::PLAIN), 16),
        "蘋果        1.50\n"
    );
}

#[test]
fn a_name_on_two_rows_is_shared_out_evenly() {
    let name = Block::Heading("Le Panier du Coin".to_owned());
    assert_eq!(rows(name.clone(), 48), "##   Le Panier du Coin\n");
    assert_eq!(rows(name, 32), "##   Le Panier\n##    du Coin\n");
}
