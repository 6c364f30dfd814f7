//! Deciding a problem: one press by who may, one entry with what follows from it.

use comptoir_domain::books::Books;
use comptoir_domain::decide;
use comptoir_domain::problem::Problem;

use crate::core::Core;
use crate::error::TillError;
use crate::store::problems;
use crate::wire::{Code, DecideProblem, ProblemsView};

impl Core {
    /// Decides what one card says. What somebody decided meanwhile stays as it is.
    pub fn problem_decide(&mut self, request: &DecideProblem) -> Result<ProblemsView, TillError> {
        let mut desk = self.desk()?;
        if self.is_done(request.action)? {
            return self.problems_get();
        }
        desk.approved_by = self.check_approval(request.approval.as_ref())?;
        let found = self.asked_problems(&request.ids)?;
        let mut books = Books {
            tills: desk.books.tills.clone(),
            shifts: desk.books.shifts.clone(),
            ..Books::default()
        };
        for problem in &found {
            books.orders.extend(self.problem_books(problem)?.orders);
        }
        self.act(Some(request.action), |act| {
            act.approve(desk.approved_by);
            let context = desk.context(act.ids);
            let events = decide::decide_group(&found, request.choice, &books, &context)?;
            if events.is_empty() {
                return Ok(());
            }
            act.write_events("problem_decided", request.action, events)
                .map(|_| ())
        })?;
        self.problems_get()
    }

    fn asked_problems(&self, ids: &[String]) -> Result<Vec<Problem>, TillError> {
        let mut found = Vec::new();
        for id in ids {
            let problem = problems::find(self.connection(), id)?
                .ok_or_else(|| TillError::refuse(Code::NotFound, "no such problem"))?;
            found.push(problem);
        }
        Ok(found)
    }
}
