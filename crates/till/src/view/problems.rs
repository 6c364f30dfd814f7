//! What waits for somebody's decision, in its short form: both facts, what holds meanwhile, what can be
//! chosen.

use std::collections::BTreeMap;

use comptoir_domain::books::Books;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide;
use comptoir_domain::entry::{EntryRef, Source};
use comptoir_domain::order::{Operation, Order};
use comptoir_domain::problem::{Problem, ProblemGroup, ProblemRule};
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Permission;
use comptoir_sync::feed::EntityKind;

use super::staff_name;
use crate::catalogue;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::feed;
use crate::store::problems::{self, KnownProblem};
use crate::store::{journal, order_cards, states};
use crate::wire::{FactPlace, Meanwhile, ProblemCard, ProblemFact, ProblemsView, WantedOtherwise};

/// How many cards are shown: whoever decides these sees the next.
const CARDS_SHOWN_MAX: usize = 100;

impl Core {
    /// What waits for somebody's decision.
    pub fn problems_get(&self) -> Result<ProblemsView, TillError> {
        let desk = self.desk()?;
        let groups = self.problem_groups(&desk)?;
        let more = groups.len().saturating_sub(CARDS_SHOWN_MAX);
        let cards = groups
            .iter()
            .take(CARDS_SHOWN_MAX)
            .map(|group| self.problem_card(group));
        Ok(ProblemsView {
            problems: cards.collect::<Result<_, _>>()?,
            more: u32::try_from(more).unwrap_or(u32::MAX),
            may_decide: desk.staff.may(Permission::DecideProblem),
        })
    }

    /// Open problems, those that are one thing to look after together; never an empty group.
    fn problem_groups(&self, desk: &Desk) -> Result<Vec<Vec<KnownProblem>>, TillError> {
        let mut groups: Vec<Vec<KnownProblem>> = Vec::new();
        let mut places: BTreeMap<ProblemGroup, usize> = BTreeMap::new();
        for known in problems::open(self.connection())? {
            let group = known.problem.group(desk.settings.zone);
            match places.get(&group) {
                Some(place) => groups[*place].push(known),
                None => {
                    places.insert(group, groups.len());
                    groups.push(vec![known]);
                }
            }
        }
        Ok(groups)
    }

    fn problem_card(&self, group: &[KnownProblem]) -> Result<ProblemCard, TillError> {
        let KnownProblem {
            problem,
            provisional,
        } = &group[0];
        let books = self.problem_books(problem)?;
        let order = problem.subject.order.and_then(|id| books.order(id));
        let against = match problem.against {
            Some(entry) => Some(self.fact(entry, None)?),
            None => None,
        };
        Ok(ProblemCard {
            ids: group
                .iter()
                .map(|known| known.problem.id.to_string())
                .collect(),
            rule: problem.rule,
            opened_at: problem.opened_at,
            provisional: *provisional,
            happened: self.fact(problem.entry, Some(problem))?,
            against,
            meanwhile: self.meanwhile(problem, order)?,
            wanted: match problem.wanted.as_deref() {
                Some(operation) => self.wanted_otherwise(problem.rule, operation)?,
                None => None,
            },
            choices: decide::choices(problem, &books),
        })
    }

    /// The books that a decision needs.
    pub(crate) fn problem_books(&self, problem: &Problem) -> Result<Books, TillError> {
        let mut books = Books::default();
        if let Some(id) = problem.subject.order {
            let order = states::order(self.connection(), id)?;
            books.orders.extend(order.map(|order| (id, order)));
        }
        Ok(books)
    }

    /// One of the two facts: of an own entry everything is known, of others where they were written.
    fn fact(&self, entry: EntryRef, problem: Option<&Problem>) -> Result<ProblemFact, TillError> {
        let connection = self.connection();
        let place = match entry.source {
            Source::Till(till) if till == self.identity.till => FactPlace::ThisTill,
            Source::Till(_) => FactPlace::OtherTill,
            Source::Server(_) => FactPlace::Server,
        };
        let own = match place {
            FactPlace::ThisTill => {
                let found = journal::entries_from(connection, entry.epoch, entry.seq, 1)?;
                found
                    .first()
                    .and_then(|stored| stored.sealed.read_header().ok())
            }
            FactPlace::OtherTill | FactPlace::Server => None,
        };
        let actor = own.as_ref().and_then(|header| header.actor);
        let by = match actor {
            Some(staff) => Some(staff_name(connection, Some(staff))?),
            None => None,
        };
        let at = own.map(|header| header.at);
        Ok(ProblemFact {
            at: at.or(problem.map(|problem| problem.opened_at)),
            by: by.filter(|name| !name.is_empty()),
            place,
        })
    }

    fn meanwhile(&self, problem: &Problem, order: Option<&Order>) -> Result<Meanwhile, TillError> {
        let connection = self.connection();
        let line = problem.subject.line.and_then(|line| order?.line(line));
        let totals = order.map(Order::totals);
        let customer = match order.and_then(|order| order.heading.customer) {
            Some(customer) => order_cards::customer(connection, customer)?,
            None => None,
        };
        let goods: Option<Variant> = match problem.subject.variant {
            Some(variant) => catalogue::variant(connection, variant)?,
            None => None,
        };
        let on_hand = match (problem.subject.variant, problem.location) {
            (Some(variant), Some(location)) => {
                let level = states::stock(connection, variant, location)?;
                level.map(|level| level.on_hand)
            }
            _ => None,
        };
        let of_goods = goods.as_ref().map(|goods| (goods.name.clone(), goods.unit));
        let named = line.map(|line| (line.name.clone(), line.unit)).or(of_goods);
        Ok(Meanwhile {
            order: order.map(Order::id),
            number: order
                .map(|order| order.heading.number.clone())
                .filter(|number| !number.is_empty()),
            customer: customer.map(|customer| customer.name),
            fulfilment: order.map(Order::fulfilment),
            total: totals.as_ref().map(|totals| totals.total),
            due: totals.as_ref().map(|totals| totals.due),
            unit: named.as_ref().map(|(_, unit)| *unit),
            name: named.map(|(name, _)| name),
            ordered: line.map(|line| line.wanted()),
            collected: line.map(|line| line.collected),
            on_hand,
        })
    }

    fn wanted_otherwise(
        &self,
        rule: ProblemRule,
        operation: &Operation,
    ) -> Result<Option<WantedOtherwise>, TillError> {
        let connection = self.connection();
        Ok(Some(match operation {
            Operation::ChangeQuantity { .. } if rule == ProblemRule::RemovedAndChanged => {
                WantedOtherwise::Removed
            }
            Operation::ChangeQuantity { to, .. } => WantedOtherwise::Quantity(*to),
            Operation::RemoveLine { .. } => WantedOtherwise::Removed,
            Operation::ChangePrice { to, .. } => WantedOtherwise::UnitPrice(to.unit_price),
            Operation::Discount { to, .. } => {
                WantedOtherwise::Discount(to.as_ref().map(|discount| discount.amount))
            }
            Operation::SetSlot { to, .. } => {
                let slot: Option<Slot> = match to {
                    Some(slot) => feed::entity(connection, EntityKind::SLOT, &slot.to_string())?,
                    None => None,
                };
                WantedOtherwise::Slot(slot.map(|slot| slot.starts_at))
            }
            Operation::SetCustomer { to, .. } => {
                let customer = match to {
                    Some(customer) => order_cards::customer(connection, *customer)?,
                    None => None,
                };
                WantedOtherwise::Customer(customer.map(|customer| customer.name))
            }
            Operation::Substitute { by, .. } => WantedOtherwise::Substitute(by.name.clone()),
            _ => return Ok(None),
        }))
    }
}
