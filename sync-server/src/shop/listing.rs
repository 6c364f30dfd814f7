//! The goods of a shop in the order in which they are shown, with the text that a search looks through.
//! It is made once for many pages: a large catalogue would otherwise be sorted for each of them.

use std::collections::HashMap;

use comptoir_domain::catalogue::{Product, Variant};
use comptoir_domain::ids::{ProductId, VariantId};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One article among the others.
#[derive(Debug)]
pub struct Listed {
    pub variant: VariantId,
    /// The outermost part of its category; empty where it has none.
    pub category: String,
    /// Everything that is said of it, folded.
    text: String,
}

/// All articles that are for sale, by category and name.
#[derive(Debug, Default)]
pub struct Listing(Vec<Listed>);

impl Listing {
    pub(super) fn new(
        variants: &HashMap<VariantId, Variant>,
        products: &HashMap<ProductId, Product>,
    ) -> Listing {
        let for_sale = variants.values().filter(|variant| variant.active);
        let mut articles: Vec<(&Variant, Option<&Product>)> = for_sale
            .map(|variant| (variant, products.get(&variant.product)))
            .collect();
        articles.sort_by_key(|(variant, product)| {
            let category = product.and_then(|product| product.category.as_deref());
            (category, variant.name.as_str(), variant.id)
        });
        let listed = articles.into_iter();
        Listing(
            listed
                .map(|(variant, product)| Listed::new(variant, product))
                .collect(),
        )
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn all(&self) -> impl Iterator<Item = &Listed> {
        self.0.iter()
    }

    /// The names of the outermost categories, in order.
    pub fn categories(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|listed| &*listed.category).collect();
        names.dedup();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !name.is_empty());
        names
    }

    /// What has all the words somewhere, in a category where one is named.
    pub fn find<'l>(
        &'l self,
        category: Option<&'l str>,
        words: &'l [String],
    ) -> impl Iterator<Item = &'l Listed> {
        self.0.iter().filter(move |listed| {
            category.is_none_or(|category| listed.category == category)
                && words.iter().all(|word| listed.text.contains(word))
        })
    }
}

impl Listed {
    fn new(variant: &Variant, product: Option<&Product>) -> Listed {
        let of = |pick: fn(&Product) -> &Option<String>| {
            product.and_then(|product| pick(product).as_deref())
        };
        let category = of(|product| &product.category);
        let texts = [
            Some(variant.name.as_str()),
            category,
            of(|product| &product.description),
            of(|product| &product.supplier),
            of(|product| &product.origin),
        ];
        let outermost = category.and_then(|category| category.split('/').next());
        Listed {
            variant: variant.id,
            category: outermost.unwrap_or_default().trim().to_owned(),
            text: folded(&texts.into_iter().flatten().collect::<Vec<_>>().join(" ")),
        }
    }
}

/// The words of a search, as [`Listing::find`] takes them.
pub fn words_of(query: &str) -> Vec<String> {
    let folded = folded(query);
    folded.split_whitespace().map(str::to_owned).collect()
}

/// Small letters without accents, so that "creme" finds "Crème".
pub(crate) fn folded(text: &str) -> String {
    let plain = text
        .nfd()
        .filter(|character| !is_combining_mark(*character));
    plain.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_capitals_hide_nothing() {
        assert_eq!(words_of(" Crème  BRÛLÉE "), ["creme", "brulee"]);
    }
}
