//! Customers that a hub knows by name. Personal data: it can be forgotten, and nothing in the journal
//! holds it.

use serde::{Deserialize, Serialize};

use crate::ids::CustomerId;
use crate::price::CustomerClass;

/// A person or household that buys by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    /// The classes in which the hub has approved the customer: they entitle to prices.
    #[serde(default)]
    pub classes: Vec<CustomerClass>,
    pub active: bool,
}
