//! Whether the database takes writes: asked of it once, told to everybody who wants to know.

use std::sync::Arc;

use comptoir_domain::time::Timestamp;
use tokio::sync::Mutex;

use super::ApiState;

/// How long an answer is told again, in milliseconds. Each new one costs a write.
const FRESH_MS: i64 = 2_000;

/// The last answer. One question is under way at a time, whoever asks.
#[derive(Debug, Clone, Default)]
pub struct HealthCheck(Arc<Mutex<Option<Answer>>>);

#[derive(Debug, Clone, Copy)]
struct Answer {
    at: Timestamp,
    is_well: bool,
}

impl HealthCheck {
    pub(super) async fn is_well(&self, state: &ApiState) -> bool {
        let mut last = Arc::clone(&self.0).lock_owned().await;
        let now = state.clock.now();
        let fresh = last.filter(|answer| (0..FRESH_MS).contains(&now.ms_since(answer.at)));
        if let Some(answer) = fresh {
            return answer.is_well;
        }
        let (store, clock) = (Arc::clone(&state.store), Arc::clone(&state.clock));
        // A task of its own: who hangs up does not let the next one ask before this is answered.
        let asking = tokio::spawn(async move {
            let outcome = store.check_writable().await;
            if let Err(error) = &outcome {
                tracing::error!(%error, "the database takes no writes");
            }
            let is_well = outcome.is_ok();
            *last = Some(Answer {
                at: clock.now(),
                is_well,
            });
            is_well
        });
        asking.await.unwrap_or(false)
    }
}
