//! The exchange with the server beside the till's own work: the driver's thread asks, the writer
//! answers behind every sale, and the screen hears what changed.

use std::sync::{Arc, Mutex};

use comptoir_domain::ids::IdSource;

use super::places::SystemIds;
use super::queue::Priority;
use super::{Till, TillHandle, lock};
use crate::sync::{Enrolment, Job, Reach, SyncDriver};
use crate::wire::{ApiError, SetupPair, TillView};

pub(super) fn start(handle: &TillHandle) -> std::io::Result<SyncDriver> {
    let (writer, teller) = (handle.clone(), handle.clone());
    let spoke_for = Arc::new(Mutex::new(None));
    let submit = move |job: Job| {
        let spoke_for = Arc::clone(&spoke_for);
        // Dropped undone where the till is stopped or closing, and where the core is another one
        // than at the last visit: an answer that was meant for a real till is nothing to its
        // practice. The exchange asks again.
        let _ = writer.queue.push(
            Priority::Background,
            Box::new(move |desk| {
                if let Ok(core) = desk.core() {
                    let before = lock(&spoke_for).replace(core.till());
                    if before.is_none_or(|before| before == core.till()) {
                        job(core);
                    }
                }
            }),
        );
    };
    let reach = Reach {
        submit: Box::new(submit),
        changed: Box::new(move || teller.publish()),
    };
    let jitter = SystemIds.next_uuid().as_u128() & u128::from(u64::MAX);
    let driver = SyncDriver::start(reach, u64::try_from(jitter).unwrap_or_default())?;
    handle.wake_me(driver.waker());
    Ok(driver)
}

impl Till {
    /// Joins the hub of a server, where whoever is signed in may decide that. Waits for the network, on the caller's thread; selling goes on.
    pub(super) fn pair(&self, request: &SetupPair) -> Result<TillView, ApiError> {
        self.handle.with_core(Priority::Selling, |core| {
            core.noting_refusals(|core| core.may_join_hub())
        })?;
        let enrolment = Enrolment::read(&request.address, &request.code)?;
        let asked = enrolment.clone();
        let told = self
            .handle
            .with_core(Priority::Selling, move |core| asked.request(core))?;
        let joined = enrolment.exchange(&told)?;
        let view = self.handle.with_core(Priority::Selling, move |core| {
            joined.adopt(core)?;
            core.view()
        })?;
        self.handle.wake();
        Ok(view)
    }
}
