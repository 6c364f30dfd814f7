//! The way to the writer: two bounded queues, in which selling goes before everything else.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many jobs may wait in each queue. Beyond that, who asks waits.
const WAITING_MAX: usize = 64;

/// How urgent a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// A person waits for it.
    Selling,
    /// Sync, printing, housekeeping.
    Background,
}

/// What the writer gets next.
pub(super) enum Next<J> {
    Job(J),
    /// Nothing came for as long as it was to wait.
    Idle,
    Closed,
}

/// Two queues to one thread.
pub(super) struct Queue<J> {
    shared: Arc<Shared<J>>,
}

impl<J> Clone for Queue<J> {
    fn clone(&self) -> Queue<J> {
        Queue {
            shared: Arc::clone(&self.shared),
        }
    }
}

struct Shared<J> {
    waiting: Mutex<Waiting<J>>,
    changed: Condvar,
}

struct Waiting<J> {
    selling: VecDeque<J>,
    background: VecDeque<J>,
    closed: bool,
}

impl<J> Waiting<J> {
    const fn of(&mut self, priority: Priority) -> &mut VecDeque<J> {
        match priority {
            Priority::Selling => &mut self.selling,
            Priority::Background => &mut self.background,
        }
    }
}

impl<J> Queue<J> {
    pub(super) fn new() -> Queue<J> {
        Queue {
            shared: Arc::new(Shared {
                waiting: Mutex::new(Waiting {
                    selling: VecDeque::new(),
                    background: VecDeque::new(),
                    closed: false,
                }),
                changed: Condvar::new(),
            }),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<J>> {
        let lock = self.shared.waiting.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job in; waits while there are too many. Gives it back once the queue is closed.
    pub(super) fn push(&self, priority: Priority, job: J) -> Result<(), J> {
        let mut waiting = self.waiting();
        while !waiting.closed && waiting.of(priority).len() >= WAITING_MAX {
            let lock = self.shared.changed.wait(waiting);
            waiting = lock.unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.closed {
            return Err(job);
        }
        waiting.of(priority).push_back(job);
        self.shared.changed.notify_all();
        Ok(())
    }

    /// The next job, selling first; waits for one for so long.
    pub(super) fn next(&self, patience: Duration) -> Next<J> {
        let deadline = Instant::now() + patience;
        let mut waiting = self.waiting();
        loop {
            let job = waiting
                .selling
                .pop_front()
                .or_else(|| waiting.background.pop_front());
            if let Some(job) = job {
                self.shared.changed.notify_all();
                return Next::Job(job);
            }
            if waiting.closed {
                return Next::Closed;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Next::Idle;
            }
            let lock = self.shared.changed.wait_timeout(waiting, left);
            waiting = lock.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes no more jobs; those that wait are still done.
    pub(super) fn close(&self) {
        self.waiting().closed = true;
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selling_goes_before_everything() {
        let queue = Queue::new();
        for (priority, job) in [
            (Priority::Background, 1),
            (Priority::Background, 2),
            (Priority::Selling, 3),
        ] {
            queue.push(priority, job).unwrap();
        }
        queue.close();
        assert!(queue.push(Priority::Selling, 4).is_err());
        let mut order = Vec::new();
        while let Next::Job(job) = queue.next(Duration::ZERO) {
            order.push(job);
        }
        assert_eq!(order, [3, 1, 2]);
    }
}
