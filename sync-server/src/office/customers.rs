//! Customers: who they are, what they ordered, their credit, and their personal data.

use std::collections::BTreeSet;

use comptoir_domain::country::Language;
use comptoir_domain::credit::CreditAccount;
use comptoir_domain::customer::{Contact, Customer};
use comptoir_domain::document::DocumentKind;
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{AccountId, AttachmentId, CustomerId, RecurringOrderId};
use comptoir_domain::order::Order;
use comptoir_domain::price::CustomerClass;
use comptoir_domain::staff::Permission;
use comptoir_sync::feed::EntityKind;
use uuid::Uuid;

use super::desk::OfficeDesk;
use super::history::Reading;
use super::listing::{Cells, Table};
use super::order_card::OrderCard;
use super::orders::{about, lines, order_row, payments, refunds};
use super::overview::{Kept, Overview};
use super::recurring::of_customer;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    AccountMoveView, AccountView, CustomerExport, CustomerFilter, CustomerList, CustomerRow,
    CustomerView, ExportedOrder, ForgetCustomer, ForgottenView, KeptView, PageQuery, SaveCustomer,
};
use crate::shop::{folded, words_of};
use crate::store::{EntityChange, EntityKey, JournalRow};

/// The most orders that a customer's page shows.
const SHOWN_ORDERS: usize = 100;

/// How long invoices are kept whatever anybody asks, in milliseconds: ten years.
const RETENTION_MS: i64 = 10 * 366 * 24 * 60 * 60_000;

/// The longest name of a class, in characters.
const CLASS_MAX: usize = 40;

const READ: [Permission; 2] = [Permission::HandleOrders, Permission::SeeReports];

fn orders_of(overview: &Overview, customer: CustomerId) -> Vec<&OrderCard> {
    let orders = overview.orders.values();
    let mut own: Vec<&OrderCard> = orders
        .filter(|order| order.customer == Some(customer))
        .collect();
    own.sort_by_key(|order| std::cmp::Reverse((order.placed_at, order.id)));
    own
}

fn accounts_of(overview: &Overview, customer: CustomerId) -> Vec<&CreditAccount> {
    let accounts = overview.accounts.values().map(|kept| &kept.thing);
    let mut own: Vec<&CreditAccount> = accounts
        .filter(|account| account.owner == Some(customer))
        .collect();
    own.sort_by_key(|account| account.id);
    own
}

fn row(overview: &Overview, customer: &Customer) -> CustomerRow {
    let orders = orders_of(overview, customer.id);
    let credit = accounts_of(overview, customer.id);
    CustomerRow {
        id: customer.id.uuid(),
        name: customer.name.clone(),
        email: customer.email.clone(),
        phone: customer.phone.clone(),
        classes: customer
            .classes
            .iter()
            .map(|class| class.name().to_owned())
            .collect(),
        active: customer.active,
        orders: orders.len(),
        last_order_at: orders.first().map(|order| order.placed_at.unix_ms()),
        credit: credit
            .iter()
            .map(|account| account.balance.minor_units())
            .sum(),
    }
}

fn keeps(filter: &CustomerFilter, words: &[String], customer: &Customer) -> bool {
    let mut classes = customer.classes.iter().map(CustomerClass::name);
    let of_class = filter.class.as_deref();
    (customer.active || filter.inactive)
        && of_class.is_none_or(|wanted| classes.any(|class| class == wanted))
        && (words.is_empty() || {
            let email = customer.email.as_deref().unwrap_or_default();
            let phone = customer.phone.as_deref().unwrap_or_default();
            let classes: Vec<&str> = customer.classes.iter().map(CustomerClass::name).collect();
            let text = folded(&format!(
                "{} {email} {phone} {}",
                customer.name,
                classes.join(" ")
            ));
            words.iter().all(|word| text.contains(word.as_str()))
        })
}

impl OfficeDesk {
    pub async fn customers(
        &self,
        sitting: &Sitting,
        filter: CustomerFilter,
        page: PageQuery,
    ) -> Result<CustomerList, OfficeError> {
        sitting.permit_one_of(&READ)?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let words = words_of(filter.search.as_deref().unwrap_or_default());
        let known = || overview.customers.values().map(|kept| &kept.thing);
        let found = known().filter(|customer| keeps(&filter, &words, customer));
        let mut rows: Vec<CustomerRow> = found.map(|customer| row(&overview, customer)).collect();
        let name = |row: &CustomerRow| (folded(&row.name), row.id);
        match page.sort.as_deref() {
            Some("orders") => page.sort(&mut rows, |row| (row.orders, name(row))),
            Some("lastOrder") => page.sort(&mut rows, |row| (row.last_order_at, name(row))),
            Some("credit") => page.sort(&mut rows, |row| (row.credit, name(row))),
            _ => page.sort(&mut rows, name),
        }
        let classes = known().flat_map(|customer| &customer.classes);
        let classes: BTreeSet<String> = classes.map(|class| class.name().to_owned()).collect();
        let (rows, total) = page.cut(rows);
        Ok(CustomerList {
            rows,
            total,
            classes: classes.into_iter().collect(),
        })
    }

    pub async fn customers_table(
        &self,
        sitting: &Sitting,
        filter: CustomerFilter,
        page: PageQuery,
    ) -> Result<Table, OfficeError> {
        let listed = self.customers(sitting, filter, page.whole()).await?;
        let cells = self.cells(sitting).await?;
        let headings = [
            "name",
            "e-mail",
            "phone",
            "classes",
            "orders",
            "last order",
            "credit",
        ];
        let mut table = Table::new("customers", &headings);
        for row in listed.rows {
            table.row(vec![
                Cells::text(&row.name),
                Cells::text(row.email.as_deref().unwrap_or_default()),
                Cells::text(row.phone.as_deref().unwrap_or_default()),
                Cells::text(&row.classes.join(", ")),
                row.orders.to_string(),
                row.last_order_at
                    .map_or_else(String::new, |at| cells.moment(at)),
                cells.money(row.credit),
            ]);
        }
        Ok(table)
    }

    pub async fn customer(&self, sitting: &Sitting, id: Uuid) -> Result<CustomerView, OfficeError> {
        sitting.permit_one_of(&READ)?;
        let id = CustomerId::from_uuid(id);
        let accounts = self.accounts(sitting, id).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let kept: &Kept<Customer> = overview
            .customers
            .get(&id)
            .ok_or(OfficeRefusal::NOT_FOUND)?;
        let customer = &kept.thing;
        let orders = orders_of(&overview, id).into_iter().take(SHOWN_ORDERS);
        Ok(CustomerView {
            customer: row(&overview, customer),
            seen: kept.seen,
            language: customer.language.as_ref().map(|tag| tag.tag().to_owned()),
            accounts,
            orders: orders.map(|order| order_row(&overview, order, 0)).collect(),
        })
    }

    /// A customer's accounts, each with the moves that its balance is made of.
    async fn accounts(
        &self,
        sitting: &Sitting,
        customer: CustomerId,
    ) -> Result<Vec<AccountView>, OfficeError> {
        let own: Vec<CreditAccount> = {
            let overview = self.overview(&sitting.hub).await?;
            let overview = overview.read();
            accounts_of(&overview, customer)
                .into_iter()
                .cloned()
                .collect()
        };
        let tills = self.till_codes(sitting).await?;
        let mut views = Vec::new();
        for account in own {
            let query = about("account", account.id.to_string());
            let entries = self.store.audit(sitting.hub.id, query).await?;
            let overview = self.overview(&sitting.hub).await?;
            let overview = overview.read();
            let reading = Reading::new(&overview, &tills, None);
            views.push(AccountView {
                id: account.id.uuid(),
                kind: account.kind,
                balance: account.balance.minor_units(),
                limit: account.limit.minor_units(),
                expires_at: account.expires_at.map(|at| at.unix_ms()),
                moves: moves(&reading, account.id, &entries),
            });
        }
        Ok(views)
    }

    /// Makes a customer (`id` is none), or changes one.
    pub async fn save_customer(
        &self,
        sitting: &Sitting,
        id: Option<Uuid>,
        asked: SaveCustomer,
    ) -> Result<CustomerView, OfficeError> {
        sitting.permit(Permission::HandleOrders)?;
        let contact = Contact::new(&asked.name, &asked.email, &asked.phone)?;
        let id = CustomerId::from_uuid(id.unwrap_or(asked.action));
        let mut classes = Vec::new();
        for class in &asked.classes {
            let class = class.trim();
            if class.is_empty() || class.chars().count() > CLASS_MAX {
                return Err(OfficeRefusal::new("name_missing").into());
            }
            classes.push(CustomerClass::new(class));
        }
        let may_class = sitting.staff.may(Permission::ChangeSettings);
        let seen = asked.seen;
        self.act(
            sitting,
            asked.action,
            "customer_saved",
            move |holdings, writing| {
                writing.change(
                    holdings,
                    EntityKind::CUSTOMER,
                    id,
                    seen,
                    |old: Option<Customer>| {
                        let before = old.map(|old| old.classes).unwrap_or_default();
                        // Classes entitle to prices: they are the manager's to give.
                        if before != classes && !may_class {
                            return Err(OfficeRefusal::NOT_PERMITTED.into());
                        }
                        Ok(Customer {
                            classes,
                            active: asked.active,
                            language: asked.language.as_deref().map(Language::new),
                            ..contact.into_customer(id)
                        })
                    },
                )
            },
        )
        .await?;
        self.customer(sitting, id.uuid()).await
    }

    /// Everything that is kept of a person.
    pub async fn export_customer(
        &self,
        sitting: &Sitting,
        id: Uuid,
    ) -> Result<CustomerExport, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let view = self.customer(sitting, id).await?;
        let (ids, again): (Vec<Uuid>, Vec<Uuid>) = {
            let overview = self.overview(&sitting.hub).await?;
            let overview = overview.read();
            let customer = CustomerId::from_uuid(id);
            let own = orders_of(&overview, customer).into_iter();
            let recurring = of_customer(&overview, customer).into_iter();
            (
                own.map(|order| order.id.uuid()).collect(),
                recurring.map(|known| known.thing.id.uuid()).collect(),
            )
        };
        let mut recurring_orders = Vec::new();
        for recurring in again {
            recurring_orders.push(self.recurring_order(sitting, recurring).await?);
        }
        let mut orders = Vec::new();
        for order in ids {
            let read: Order = self.thing(sitting, EntityKind::ORDER, order).await?;
            let shown = self.order(sitting, order).await?;
            orders.push(ExportedOrder {
                order: shown.order,
                lines: lines(&read),
                payments: payments(&read),
                refunds: refunds(&read),
                notes: shown.notes,
                history: shown.history,
            });
        }
        Ok(CustomerExport {
            exported_at: self.now().unix_ms(),
            hub: sitting.hub.name.clone(),
            customer: view.customer,
            language: view.language,
            accounts: view.accounts,
            orders,
            recurring_orders,
        })
    }

    /// Forgets who somebody is: name, addresses, notes, and what the audit says of them. Orders and
    /// their figures stay, of nobody. While something is open, nothing is forgotten; it says what.
    pub async fn forget_customer(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: ForgetCustomer,
    ) -> Result<ForgottenView, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let customer = CustomerId::from_uuid(id);
        let open = self.open_matters(sitting, customer).await?;
        if !open.is_empty() {
            return Ok(ForgottenView {
                forgotten: 0,
                kept: open,
            });
        }
        let Papers {
            kept,
            notes,
            fetched_by,
        } = self.papers(sitting, customer).await?;
        let recurring: Vec<RecurringOrderId> = {
            let overview = self.overview(&sitting.hub).await?;
            let overview = overview.read();
            let own = of_customer(&overview, customer).into_iter();
            own.map(|recurring| recurring.thing.id).collect()
        };
        let mut texts = self.audited(sitting, customer).await?;
        texts.extend(self.audited_recurring(sitting, &recurring).await?);
        texts.extend(notes.iter().copied());
        texts.extend(fetched_by);
        let forgotten = texts.len();
        let seen = asked.seen;
        self.act(
            sitting,
            asked.action,
            "customer_forgotten",
            move |holdings, writing| {
                let key = EntityKey::new(EntityKind::CUSTOMER, customer);
                let stored = holdings.stored(&key)?;
                let live = stored.filter(|row| !row.deleted && row.position == seen);
                live.ok_or(OfficeRefusal::CHANGED)?;
                let nobody = Customer {
                    id: customer,
                    name: String::new(),
                    email: None,
                    phone: None,
                    classes: Vec::new(),
                    language: None,
                    active: false,
                };
                let put = EntityChange::put(EntityKind::CUSTOMER, customer, &nobody)?;
                writing.audit(EntityKind::CUSTOMER, &customer.to_string(), None, None);
                writing.entities.push(put);
                for note in &notes {
                    writing.entities.push(EntityChange::Delete {
                        kind: comptoir_sync::feed::EntityKind::new(EntityKind::NOTE),
                        id: note.to_string(),
                    });
                }
                for recurring in &recurring {
                    writing.entities.push(EntityChange::Delete {
                        kind: EntityKind::new(EntityKind::RECURRING_ORDER),
                        id: recurring.to_string(),
                    });
                }
                holdings.forget_attachments(&texts)?;
                Ok(())
            },
        )
        .await?;
        Ok(ForgottenView { forgotten, kept })
    }

    /// What is still open between the hub and a customer.
    async fn open_matters(
        &self,
        sitting: &Sitting,
        customer: CustomerId,
    ) -> Result<Vec<KeptView>, OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let kept = |reason: &str, what: String| KeptView {
            reason: reason.to_owned(),
            what,
            until: None,
        };
        let orders = orders_of(&overview, customer).into_iter();
        let open = orders.filter(|order| order.is_waiting() || !order.due.is_zero());
        let mut open: Vec<KeptView> = open
            .map(|order| kept("waiting_order", order.number.clone()))
            .collect();
        let accounts = accounts_of(&overview, customer).into_iter();
        let accounts = accounts.filter(|account| !account.balance.is_zero());
        open.extend(accounts.map(|account| kept("credit_open", account.id.to_string())));
        let recurring = of_customer(&overview, customer).into_iter();
        let recurring = recurring.filter(|recurring| !recurring.thing.ended);
        open.extend(recurring.map(|recurring| {
            let place = overview.place_name(recurring.thing.location);
            kept("recurring_order", place)
        }));
        Ok(open)
    }

    /// What lies beside a customer's orders.
    async fn papers(&self, sitting: &Sitting, customer: CustomerId) -> Result<Papers, OfficeError> {
        let keys: Vec<EntityKey> = {
            let overview = self.overview(&sitting.hub).await?;
            let overview = overview.read();
            let own = orders_of(&overview, customer).into_iter();
            own.map(|order| EntityKey::new(EntityKind::ORDER, order.id))
                .collect()
        };
        let orders: Vec<Option<Order>> = self.things(sitting.hub.id, keys).await?;
        let orders: Vec<Order> = orders.into_iter().flatten().collect();
        let documents = orders.iter().flat_map(|order| &order.documents);
        let invoices = documents.filter(|document| {
            matches!(
                document.kind,
                DocumentKind::Invoice | DocumentKind::CreditNote
            )
        });
        let kept = invoices.map(|document| KeptView {
            reason: "retention".to_owned(),
            what: document.number.to_string(),
            until: Some(document.issued_at.plus_ms(RETENTION_MS).unix_ms()),
        });
        let notes = orders.iter().flat_map(|order| &order.notes);
        let collections = orders.iter().flat_map(|order| &order.collections);
        Ok(Papers {
            kept: kept.collect(),
            notes: notes.map(|note| note.text).collect(),
            fetched_by: collections.filter_map(|known| known.fetched_by).collect(),
        })
    }

    /// What the audit keeps of a customer: what they were called before each change.
    async fn audited(
        &self,
        sitting: &Sitting,
        customer: CustomerId,
    ) -> Result<Vec<AttachmentId>, OfficeError> {
        let query = about(EntityKind::CUSTOMER, customer.to_string());
        let entries = self.store.audit(sitting.hub.id, query).await?;
        let mut texts = Vec::new();
        for entry in entries {
            for event in entry.sealed.read_body().unwrap_or_default().events {
                match event {
                    Event::Audited {
                        fact: AuditFact::ThingChanged { kind, id, change },
                    } if kind == EntityKind::CUSTOMER && id == customer.to_string() => {
                        texts.push(change);
                    }
                    Event::CustomerMet {
                        customer: met,
                        data,
                    } if met == customer => texts.push(data),
                    _ => {}
                }
            }
        }
        Ok(texts)
    }
}

/// What lies beside the orders of a customer: invoices that the law asks to be kept, the notes on them,
/// and the names of who fetched them.
struct Papers {
    kept: Vec<KeptView>,
    notes: Vec<AttachmentId>,
    fetched_by: Vec<AttachmentId>,
}

/// The moves of an account, the oldest first.
fn moves(
    reading: &Reading<'_>,
    account: AccountId,
    entries: &[JournalRow],
) -> Vec<AccountMoveView> {
    let mut after = 0;
    let mut views = Vec::new();
    for entry in entries.iter().rev() {
        let deed = reading.deed_where(entry, |_| false);
        for event in entry.sealed.read_body().unwrap_or_default().events {
            let (amount, reason, order) = match &event {
                Event::PaymentTaken { order, payment } if payment.account == Some(account) => {
                    (-payment.amount, "payment".to_owned(), Some(*order))
                }
                Event::RefundPaid { order, refund } if refund.account == Some(account) => {
                    (refund.amount, "refund".to_owned(), Some(*order))
                }
                Event::AccountMoved {
                    account: moved,
                    amount,
                    reason,
                } if *moved == account => (*amount, reason.clone(), None),
                _ => continue,
            };
            after += amount.minor_units();
            views.push(AccountMoveView {
                at: deed.at,
                amount: amount.minor_units(),
                after,
                reason,
                order: order.map(|order| reading.overview.order_name(order)),
                by: deed.by.clone(),
            });
        }
    }
    views
}
