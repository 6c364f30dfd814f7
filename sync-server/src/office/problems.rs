//! Problems: the list, one with both facts, and deciding.

use std::collections::BTreeMap;

use comptoir_domain::books::Books;
use comptoir_domain::decide::{self, Choice};
use comptoir_domain::ids::OrderId;
use comptoir_domain::order::Order;
use comptoir_domain::problem::{Problem, ProblemId};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::Permission;
use comptoir_domain::time::Zone;
use comptoir_sync::feed::EntityKind;

use super::act::{Halt, needed, thing};
use super::desk::OfficeDesk;
use super::history::{Reading, word};
use super::listing::{Cells, Table};
use super::overview::Overview;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    DecideProblems, DecisionView, PageQuery, ProblemChoice, ProblemFilter, ProblemGroup,
    ProblemList, ProblemRow, ProblemState, ProblemView, ProblemsDecided,
};
use crate::store::Holdings;

/// The most problems that are decided at once.
const AT_ONCE_MAX: usize = 50;

impl OfficeDesk {
    pub async fn problems(
        &self,
        sitting: &Sitting,
        filter: ProblemFilter,
        page: PageQuery,
    ) -> Result<ProblemList, OfficeError> {
        let tills = self.till_codes(sitting).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let zone = overview.settings()?.zone;
        let state = filter.state.unwrap_or(ProblemState::Open);
        let keeps = |problem: &&Problem| {
            let fits = match state {
                ProblemState::Open => problem.is_open(),
                ProblemState::Decided => !problem.is_open(),
                ProblemState::All => true,
            };
            let order = filter.order.map(OrderId::from_uuid);
            fits && filter.rule.is_none_or(|rule| problem.rule == rule)
                && (order.is_none() || problem.subject.order == order)
        };
        let known = overview.problems.values().map(|kept| &kept.thing);
        let mut found: Vec<&Problem> = known.filter(keeps).collect();
        found.sort_by_key(|problem| std::cmp::Reverse((problem.opened_at, problem.id)));
        let groups = groups(&overview, &found, zone);
        let (rows, total) = page.cut(found);
        let reading = Reading::new(&overview, &tills, None);
        Ok(ProblemList {
            rows: rows
                .into_iter()
                .map(|problem| row(&reading, problem))
                .collect(),
            total,
            groups,
        })
    }

    pub async fn problems_table(
        &self,
        sitting: &Sitting,
        filter: ProblemFilter,
        page: PageQuery,
    ) -> Result<Table, OfficeError> {
        let listed = self.problems(sitting, filter, page.whole()).await?;
        let cells = self.cells(sitting).await?;
        let headings = [
            "opened", "rule", "order", "product", "till", "decision", "decided", "by",
        ];
        let mut table = Table::new("problems", &headings);
        for problem in listed.rows {
            let decision = problem.decision.as_ref();
            let by = decision.and_then(|decision| decision.by.as_ref());
            table.row(vec![
                cells.moment(problem.opened_at),
                word(&problem.rule),
                Cells::text(problem.order.as_ref().map_or("", |order| &order.name)),
                Cells::text(problem.product.as_ref().map_or("", |product| &product.name)),
                Cells::text(problem.till.as_ref().map_or("", |till| &till.code)),
                Cells::text(decision.map_or("", |decision| &decision.choice)),
                decision.map_or_else(String::new, |decision| cells.moment(decision.at)),
                Cells::text(by.map_or("", |by| &by.name)),
            ]);
        }
        Ok(table)
    }

    /// One problem with both facts and what there is to choose.
    pub async fn problem(&self, sitting: &Sitting, id: String) -> Result<ProblemView, OfficeError> {
        let id: ProblemId = id.parse().map_err(|_| OfficeRefusal::NOT_FOUND)?;
        let problem: Problem = self.thing(sitting, EntityKind::PROBLEM, id).await?;
        let hub = sitting.hub.id;
        let fact = self.store.entry_at(hub, problem.entry).await?;
        let against = match problem.against {
            Some(entry) => self.store.entry_at(hub, entry).await?,
            None => None,
        };
        let order: Option<Order> = match problem.subject.order {
            Some(order) => self.thing(sitting, EntityKind::ORDER, order).await.ok(),
            None => None,
        };
        let mut books = Books::default();
        let reading_order = order.clone();
        books.orders.extend(order.map(|order| (order.id(), order)));
        let proposed = decide::proposed(&problem, &books);
        let choices = decide::choices(&problem, &books).into_iter();
        let choices = choices
            .filter(|_| problem.is_open())
            .map(|choice| ProblemChoice {
                choice: choice.name().to_owned(),
                proposed: choice == proposed,
            });
        let tills = self.till_codes(sitting).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let reading = Reading::new(&overview, &tills, reading_order.as_ref());
        Ok(ProblemView {
            problem: row(&reading, &problem),
            fact: fact.map(|entry| reading.deed(&entry)),
            against: against.map(|entry| reading.deed(&entry)),
            choices: choices.collect(),
        })
    }

    /// Decides one problem, or all of a group alike.
    pub async fn decide_problems(
        &self,
        sitting: &Sitting,
        asked: DecideProblems,
    ) -> Result<ProblemsDecided, OfficeError> {
        sitting.permit(Permission::DecideProblem)?;
        if asked.problems.is_empty() || asked.problems.len() > AT_ONCE_MAX {
            return Err(OfficeRefusal::new("too_many").into());
        }
        let ids = asked.problems.iter().map(|id| id.parse());
        let ids: Result<Vec<ProblemId>, _> = ids.collect();
        let ids = ids.map_err(|_| OfficeRefusal::NOT_FOUND)?;
        let choice: Choice = serde_json::from_value(serde_json::Value::String(asked.choice))
            .map_err(|_| OfficeRefusal::new("choice_unknown"))?;
        let who = sitting.clone();
        let decided = ids.clone();
        self.act(
            sitting,
            asked.action,
            "problem_decided",
            move |holdings, writing| {
                let settings: HubSettings = needed(holdings, EntityKind::SETTINGS, who.hub.id)?;
                let (problems, books) = gathered(holdings, &decided)?;
                let place = settings.locations.first().map(|place| place.id);
                let place = place.ok_or(OfficeRefusal::NOT_FOUND)?;
                let context = who.context(place, &settings, &mut writing.ids, writing.now);
                let events = decide::decide_group(&problems, choice, &books, &context)?;
                if events.is_empty() {
                    return Err(OfficeRefusal::CHANGED.into());
                }
                writing.events.extend(events);
                Ok(())
            },
        )
        .await?;
        let tills = self.till_codes(sitting).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let reading = Reading::new(&overview, &tills, None);
        let known = ids.iter().filter_map(|id| overview.problems.get(id));
        Ok(ProblemsDecided {
            rows: known.map(|kept| row(&reading, &kept.thing)).collect(),
        })
    }
}

/// The problems as they stand, with the orders that they are about.
fn gathered(holdings: &mut dyn Holdings, ids: &[ProblemId]) -> Result<(Vec<Problem>, Books), Halt> {
    let mut books = Books::default();
    let mut problems = Vec::new();
    for id in ids {
        let problem: Problem = needed(holdings, EntityKind::PROBLEM, id)?;
        if let Some(order) = problem.subject.order {
            let order: Option<Order> = thing(holdings, EntityKind::ORDER, order)?;
            books.orders.extend(order.map(|order| (order.id(), order)));
        }
        problems.push(problem);
    }
    Ok((problems, books))
}

fn row(reading: &Reading<'_>, problem: &Problem) -> ProblemRow {
    let overview = reading.overview;
    let subject = &problem.subject;
    let till = subject.till.map(comptoir_domain::entry::Source::Till);
    let till = till.unwrap_or(problem.entry.source);
    ProblemRow {
        id: problem.id.to_string(),
        rule: problem.rule,
        opened_at: problem.opened_at.unix_ms(),
        order: subject.order.map(|order| overview.order_name(order)),
        product: subject
            .variant
            .map(|variant| overview.variant_name(variant)),
        recurring: subject.recurring.map(|id| overview.recurring_name(id)),
        till: reading.till(till),
        decision: problem.decision.as_ref().map(|decision| DecisionView {
            by: decision.by.map(|staff| overview.staff_name(staff)),
            at: decision.at.unix_ms(),
            choice: decision.choice.clone(),
        }),
    }
}

/// Problems that are one thing to look after, those first that hold the youngest.
fn groups(overview: &Overview, problems: &[&Problem], zone: Zone) -> Vec<ProblemGroup> {
    let mut groups: BTreeMap<_, Vec<&Problem>> = BTreeMap::new();
    for problem in problems {
        groups.entry(problem.group(zone)).or_default().push(problem);
    }
    let mut groups: Vec<Vec<&Problem>> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.first().map(|first| first.opened_at)));
    let group = |problems: Vec<&Problem>| {
        let first = problems.first()?;
        Some(ProblemGroup {
            rule: first.rule,
            product: first.subject.variant.map(|id| overview.variant_name(id)),
            day: first.opened_at.in_zone(zone).date_naive().to_string(),
            problems: problems
                .iter()
                .map(|problem| problem.id.to_string())
                .collect(),
        })
    };
    groups.into_iter().filter_map(group).collect()
}
