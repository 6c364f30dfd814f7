//! A small assortment to try a till with: what a food hub sells on a Saturday.

use comptoir_domain::catalogue::{BottleDeposit, DepositTax, Product, Variant, VariantKind};
use comptoir_domain::country::{Country, Language};
use comptoir_domain::ids::{IdSource, ProductId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::Unit;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::tax::TaxClass;

/// Code, English and French name, category in both, unit, price in cents, barcode.
type Row = (
    &'static str,
    [&'static str; 2],
    [&'static str; 2],
    Unit,
    i64,
    Option<&'static str>,
);

const VEGETABLES: [&str; 2] = ["Vegetables", "Légumes"];
const FRUIT: [&str; 2] = ["Fruit", "Fruits"];
const DAIRY: [&str; 2] = ["Eggs and dairy", "Œufs et crèmerie"];
const BREAD: [&str; 2] = ["Bread", "Pain"];
const PANTRY: [&str; 2] = ["Pantry", "Épicerie"];
const DRINKS: [&str; 2] = ["Drinks", "Boissons"];

const ROWS: &[Row] = &[
    (
        "CAR",
        ["Carrots", "Carottes"],
        VEGETABLES,
        Unit::Kilogram,
        240,
        None,
    ),
    (
        "POT",
        ["Potatoes", "Pommes de terre"],
        VEGETABLES,
        Unit::Kilogram,
        180,
        None,
    ),
    (
        "TOM",
        ["Tomatoes", "Tomates"],
        VEGETABLES,
        Unit::Kilogram,
        390,
        None,
    ),
    (
        "LEE",
        ["Leeks", "Poireaux"],
        VEGETABLES,
        Unit::Kilogram,
        290,
        None,
    ),
    (
        "SAL",
        ["Lettuce", "Salade"],
        VEGETABLES,
        Unit::Each,
        130,
        None,
    ),
    (
        "APP",
        ["Apples", "Pommes"],
        FRUIT,
        Unit::Kilogram,
        260,
        None,
    ),
    ("PEA", ["Pears", "Poires"], FRUIT, Unit::Kilogram, 320, None),
    (
        "EGG",
        ["Eggs, box of 6", "Œufs, boîte de 6"],
        DAIRY,
        Unit::Each,
        300,
        Some("2000000000015"),
    ),
    (
        "MIL",
        ["Milk 1 l", "Lait 1 l"],
        DAIRY,
        Unit::Each,
        145,
        Some("2000000000022"),
    ),
    (
        "BUT",
        ["Butter 250 g", "Beurre 250 g"],
        DAIRY,
        Unit::Each,
        320,
        Some("2000000000039"),
    ),
    (
        "GOA",
        ["Goat's cheese", "Fromage de chèvre"],
        DAIRY,
        Unit::Kilogram,
        2190,
        None,
    ),
    (
        "BRE",
        ["Sourdough bread", "Pain au levain"],
        BREAD,
        Unit::Each,
        450,
        None,
    ),
    (
        "ROL",
        ["Rolls", "Petits pains"],
        BREAD,
        Unit::Each,
        80,
        None,
    ),
    (
        "HON",
        ["Honey 500 g", "Miel 500 g"],
        PANTRY,
        Unit::Each,
        750,
        Some("2000000000046"),
    ),
    (
        "JAM",
        ["Strawberry jam", "Confiture de fraises"],
        PANTRY,
        Unit::Each,
        490,
        Some("2000000000053"),
    ),
    (
        "FLO",
        ["Flour 1 kg", "Farine 1 kg"],
        PANTRY,
        Unit::Each,
        260,
        Some("2000000000060"),
    ),
    (
        "JUI",
        ["Apple juice 1 l", "Jus de pomme 1 l"],
        DRINKS,
        Unit::Each,
        350,
        Some("2000000000077"),
    ),
];

/// The code of the drink that comes in a bottle with a deposit.
const IN_A_BOTTLE: &str = "JUI";

/// The assortment, in the hub's first language, taxed as food where the country has such a rate.
pub(crate) fn assortment(
    settings: &HubSettings,
    ids: &mut dyn IdSource,
) -> Vec<(Product, Variant)> {
    let french = settings
        .languages
        .first()
        .is_some_and(|language: &Language| language.tag().starts_with("fr"));
    let word = |words: [&str; 2]| words[usize::from(french)].to_owned();
    let food = settings
        .tax_rates
        .iter()
        .any(|row| row.class.name() == "food");
    let tax_class = TaxClass::new(if food { "food" } else { "standard" });
    ROWS.iter()
        .map(|&(code, names, category, unit, price, barcode)| {
            let product = Product {
                id: ProductId::from_uuid(ids.next_uuid()),
                name: word(names),
                description: None,
                ingredients: None,
                allergens: None,
                origin: None,
                storage: None,
                category: Some(word(category)),
                supplier: None,
            };
            let variant = Variant {
                id: VariantId::from_uuid(ids.next_uuid()),
                product: product.id,
                code: code.to_owned(),
                name: word(names),
                unit,
                price: Some(Money::minor(price)),
                tax_class: tax_class.clone(),
                barcodes: barcode.map(str::to_owned).into_iter().collect(),
                content: None,
                deposit: (code == IN_A_BOTTLE).then(|| bottle(settings.country, french)),
                kind: VariantKind::Goods,
                tracks_stock: false,
                searchable: true,
                counter: true,
                shop: false,
                active: true,
                image: None,
            };
            (product, variant)
        })
        .collect()
}

fn bottle(country: Country, french: bool) -> BottleDeposit {
    BottleDeposit {
        name: if french {
            "Consigne bouteille"
        } else {
            "Bottle deposit"
        }
        .to_owned(),
        amount: Money::minor(20),
        tax: DepositTax::usual_in(country),
    }
}
