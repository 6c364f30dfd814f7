//! The first page: one number for each area that needs somebody.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HomeView {
    pub areas: Vec<AreaView>,
}

/// A number, and the list that it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AreaView {
    pub area: Area,
    /// What `total` of the list says.
    pub count: usize,
    /// The address of the list below the API's, with its filters: `orders?period=day`.
    pub list: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Area {
    /// Placed in the last 24 hours.
    OrdersDay,
    /// Placed in the last seven days.
    OrdersWeek,
    /// To be fetched today and not ready yet.
    ToPackToday,
    /// Placed and not fetched.
    Waiting,
    /// Money is owed to the customer.
    OwedToCustomers,
    OpenProblems,
    /// Messages that wait to be sent.
    MessagesWaiting,
    /// Messages that will never be sent.
    MessagesDropped,
    /// Tills that nobody has heard of for a day.
    TillsSilent,
    /// Nothing, or less than nothing, is left to promise.
    StockOut,
    /// Fewer than five are left to promise.
    StockLow,
}
