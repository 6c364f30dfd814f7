//! The first page: one number for each area, counted by the very list behind it.

use comptoir_domain::staff::Permission;

use super::desk::OfficeDesk;
use super::refusal::OfficeError;
use super::sitting::Sitting;
use super::wire::{
    Area, AreaView, HomeView, MessageFilter, MessageState, OrderFilter, OrderStateFilter,
    PageQuery, Period, ProblemFilter, ProductFilter, StockFilter, TillFilter,
};

impl OfficeDesk {
    /// What needs somebody, as far as who asks may see it.
    pub async fn home(&self, sitting: &Sitting) -> Result<HomeView, OfficeError> {
        let mut areas = Vec::new();
        let mut add = |area, count, list: &str| {
            let list = list.to_owned();
            areas.push(AreaView { area, count, list });
        };
        if sitting.staff.may(Permission::HandleOrders) || sitting.staff.may(Permission::SeeReports)
        {
            for (area, filter, list) in order_areas() {
                let listed = self.orders(sitting, filter, PageQuery::default()).await?;
                add(area, listed.total, list);
            }
        }
        let problems = self.problems(sitting, ProblemFilter::default(), PageQuery::default());
        add(
            Area::OpenProblems,
            problems.await?.total,
            "problems?state=open",
        );
        for (area, stock, list) in [
            (Area::StockLow, StockFilter::Low, "products?stock=low"),
            (Area::StockOut, StockFilter::Out, "products?stock=out"),
        ] {
            let filter = ProductFilter {
                stock: Some(stock),
                ..ProductFilter::default()
            };
            let listed = self.products(sitting, filter, PageQuery::default()).await?;
            add(area, listed.total, list);
        }
        if sitting.staff.may(Permission::SeeReports) {
            for (area, state, list) in [
                (
                    Area::MessagesWaiting,
                    MessageState::Waiting,
                    "messages?state=waiting",
                ),
                (
                    Area::MessagesDropped,
                    MessageState::Dropped,
                    "messages?state=dropped",
                ),
            ] {
                let filter = MessageFilter {
                    state: Some(state),
                    order: None,
                };
                let listed = self.messages(sitting, filter, PageQuery::default()).await?;
                add(area, listed.total, list);
            }
            let silent = self.tills(sitting, TillFilter { silent: true }).await?;
            add(Area::TillsSilent, silent.total, "tills?silent=true");
        }
        Ok(HomeView { areas })
    }
}

fn order_areas() -> [(Area, OrderFilter, &'static str); 5] {
    let in_state = |state| OrderFilter {
        state: Some(state),
        ..OrderFilter::default()
    };
    let placed = |period| OrderFilter {
        period: Some(period),
        ..OrderFilter::default()
    };
    let to_pack_today = OrderFilter {
        today: true,
        ..in_state(OrderStateFilter::ToPack)
    };
    [
        (Area::OrdersDay, placed(Period::Day), "orders?period=day"),
        (Area::OrdersWeek, placed(Period::Week), "orders?period=week"),
        (
            Area::ToPackToday,
            to_pack_today,
            "orders?state=toPack&today=true",
        ),
        (
            Area::Waiting,
            in_state(OrderStateFilter::Waiting),
            "orders?state=waiting",
        ),
        (
            Area::OwedToCustomers,
            in_state(OrderStateFilter::Owed),
            "orders?state=owed",
        ),
    ]
}
