//! Products and their stock.

use uuid::Uuid;

use crate::office::wire::{
    EnterStock, MoveFilter, MoveList, PageQuery, ProductFilter, ProductList, ProductView,
    SaveProduct, StockEntered,
};

read! {
    /// Products, by name.
    fn products("/office/api/products")[filter: ProductFilter, page: PageQuery] -> ProductList {
        products(filter, page)
    }
}

file! {
    /// The same as a file.
    fn products_file()[filter: ProductFilter, page: PageQuery] { products_table(filter, page) }
}

read! {
    /// One product with its stock.
    fn product("/office/api/products/{variant}", "variant" variant: Uuid) -> ProductView {
        product(variant)
    }
}

change! {
    /// Makes a product.
    fn make("/office/api/products")(sent: SaveProduct) -> ProductView { save_product(None, sent) }
}

change! {
    /// Changes a product.
    fn change("/office/api/products/{variant}", "variant" variant: Uuid)
    (sent: SaveProduct) -> ProductView {
        save_product(Some(variant), sent)
    }
}

read! {
    /// How the figure at a place came about.
    fn moves("/office/api/products/{variant}/moves", "variant" variant: Uuid)
    [filter: MoveFilter, page: PageQuery] -> MoveList {
        moves(variant, filter, page)
    }
}

file! {
    /// The same as a file.
    fn moves_file(variant: Uuid)[filter: MoveFilter, page: PageQuery] {
        moves_table(variant, filter, page)
    }
}

change! {
    /// Writes down what became of goods.
    fn enter("/office/api/stock")(sent: EnterStock) -> StockEntered { enter_stock(sent) }
}
