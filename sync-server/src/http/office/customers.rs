//! Customers and their personal data.

use uuid::Uuid;

use crate::office::wire::{
    CustomerExport, CustomerFilter, CustomerList, CustomerView, ForgetCustomer, ForgottenView,
    PageQuery, SaveCustomer,
};

read! {
    /// Customers, by name.
    fn customers("/office/api/customers")[filter: CustomerFilter, page: PageQuery] -> CustomerList {
        customers(filter, page)
    }
}

file! {
    /// The same as a file.
    fn customers_file()[filter: CustomerFilter, page: PageQuery] { customers_table(filter, page) }
}

read! {
    /// One customer with orders and credit.
    fn customer("/office/api/customers/{customer}", "customer" customer: Uuid) -> CustomerView {
        customer(customer)
    }
}

change! {
    /// Makes a customer.
    fn make("/office/api/customers")(sent: SaveCustomer) -> CustomerView {
        save_customer(None, sent)
    }
}

change! {
    /// Changes a customer.
    fn change("/office/api/customers/{customer}", "customer" customer: Uuid)
    (sent: SaveCustomer) -> CustomerView {
        save_customer(Some(customer), sent)
    }
}

read! {
    /// Everything that is kept of a person.
    fn export("/office/api/customers/{customer}/export", "customer" customer: Uuid)
     -> CustomerExport {
        export_customer(customer)
    }
}

change! {
    /// Forgets who somebody is.
    fn forget("/office/api/customers/{customer}/forget", "customer" customer: Uuid)
    (sent: ForgetCustomer) -> ForgottenView {
        forget_customer(customer, sent)
    }
}
