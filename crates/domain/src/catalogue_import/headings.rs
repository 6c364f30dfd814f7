//! The words of headings, in the languages of hubs that bring catalogues; spelt as
//! [`super::columns::words`] writes them.

use super::columns::Column;

/// Whole headings, parted by commas.
const HEADINGS: &[(Column, &str)] = &[
    (
        Column::Code,
        "code, sku, reference, ref, article, article code, code article, product code, \
         code produit, article number, item number, item code, artikelnummer, \
         artikelcode, product reference, reference produit, plu",
    ),
    (
        Column::Barcodes,
        "ean, ean13, ean 13, ean8, gtin, upc, barcode, barcodes, bar code, bar codes, \
         code barre, code barres, codes barres, code a barres, streepjescode, \
         strichcode, ean code, code ean",
    ),
    (
        Column::Name,
        "name, product, product name, nom, nom du produit, produit, designation, \
         libelle, title, titre, intitule, naam, productnaam, bezeichnung, artikel",
    ),
    (
        Column::Tax,
        "tax, vat, gst, tva, btw, mwst, tax rate, vat rate, gst rate, tax class, taxe, \
         taux tva, taux de tva, tax percent, tva percent, vat percent, btw tarief, \
         steuersatz, mwst satz",
    ),
    (
        Column::Category,
        "category, categories, categorie, rayon, famille, family, kategorie, group, \
         groep, department, section",
    ),
    (
        Column::Unit,
        "unit, unite, units, eenheid, einheit, sold by, vendu par, unite de vente, \
         sales unit",
    ),
    (
        Column::Stock,
        "stock, on hand, quantity, qty, quantite, quantite en stock, stock initial, \
         opening stock, voorraad, bestand, stock level",
    ),
    (
        Column::Content,
        "content, contents, contenance, net content, net weight, poids net, pack size, \
         inhoud, inhalt",
    ),
    (
        Column::Deposit,
        "deposit, bottle deposit, consigne, statiegeld, pfand",
    ),
    (
        Column::Description,
        "description, beschrijving, beschreibung, details",
    ),
    (
        Column::Ingredients,
        "ingredients, ingredienten, zutaten, composition",
    ),
    (
        Column::Allergens,
        "allergens, allergenes, allergenen, allergene",
    ),
    (
        Column::Origin,
        "origin, origine, herkomst, herkunft, country of origin, provenance, \
         pays d origine",
    ),
    (
        Column::Storage,
        "storage, conservation, storage conditions, bewaring, lagerung",
    ),
    (
        Column::Supplier,
        "supplier, producer, producteur, productrice, fournisseur, leverancier, \
         producent, lieferant, erzeuger, grower, farm, ferme, vendor, brand, marque",
    ),
    (
        Column::Active,
        "active, actif, enabled, for sale, en vente, actief, aktiv",
    ),
    (
        Column::Online,
        "online, en ligne, boutique en ligne, online shop, web shop, webshop",
    ),
];

/// Words of which one makes a column a price.
pub(super) const PRICE: &[&str] = &[
    "price", "prix", "preis", "prijs", "precio", "prezzo", "tarif",
];

/// Words that say no more than that it is the price.
pub(super) const SALE: &[&str] = &[
    "sale", "selling", "retail", "unit", "unitaire", "regular", "de", "vente", "la", "of", "in",
    "en", "a", "public", "per",
];

/// Words for the tax itself.
pub(super) const TAX: &[&str] = &["vat", "tax", "taxes", "gst", "tva", "btw", "mwst"];

/// Words for prices that contain it.
pub(super) const WITH_TAX: &[&str] = &[
    "incl",
    "inc",
    "including",
    "with",
    "ttc",
    "tvac",
    "gross",
    "brut",
    "inkl",
    "bruto",
    "brutto",
];

/// Words for prices to which it is added.
pub(super) const WITHOUT_TAX: &[&str] = &[
    "excl",
    "ex",
    "excluding",
    "without",
    "hors",
    "ht",
    "htva",
    "net",
    "exkl",
    "zzgl",
    "netto",
];

/// The column that a whole heading names.
pub(super) fn named(words: &str) -> Option<Column> {
    HEADINGS
        .iter()
        .find(|(_, headings)| headings.split(", ").any(|heading| heading == words))
        .map(|(column, _)| *column)
}
