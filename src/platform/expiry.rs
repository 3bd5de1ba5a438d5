//! Jobs whose device did not come for them in time.

use super::state::{Job, State};
use crate::rmm::event::What;
use crate::rmm::job::JobStatus;

const HOUR_MS: i64 = 3_600_000;

/// Whether a job has waited for its device too long at a platform time (milliseconds).
pub fn is_due(job: &Job, now: i64, hours: u32) -> bool {
    let patience = i64::from(hours) * HOUR_MS;
    job.status == JobStatus::Pending && job.created.saturating_add(patience) <= now
}

/// What is to be written so that every job that waited for more than these hours expires, at a
/// platform time (milliseconds). Nothing caused them but time: each is to be written on its own.
pub fn expire(state: &State, now: i64, hours: u32) -> Vec<What> {
    state
        .jobs
        .iter()
        .filter(|(_, job)| is_due(job, now, hours))
        .map(|(key, _)| What::JobExpired {
            job: key.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::event::{Event, Real};
    use std::collections::BTreeMap;

    fn event(seq: u64, at: i64, what: What) -> Event {
        Event {
            seq,
            at,
            cause: None,
            account: 0,
            by: None,
            real: Real { ms: 0.0 },
            what,
        }
    }

    #[test]
    fn only_jobs_that_wait_expire_and_only_after_their_time() {
        let mut state = State::default();
        for (n, key) in ["waits", "runs", "late"].into_iter().enumerate() {
            let at = if key == "late" { HOUR_MS } else { 0 };
            let what = What::JobQueued {
                job: key.into(),
                component: "c".into(),
                device: "d".into(),
                variables: BTreeMap::new(),
                name: None,
                by: None,
            };
            state.apply(&event(n as u64 + 1, at, what));
        }
        state.apply(&event(4, 5, What::JobStarted { job: "runs".into() }));
        assert_eq!(expire(&state, 2 * HOUR_MS - 1, 2), []);
        let due = expire(&state, 2 * HOUR_MS, 2);
        assert_eq!(
            due,
            [What::JobExpired {
                job: "waits".into()
            }]
        );
        for (seq, what) in (5..).zip(due) {
            state.apply(&event(seq, 2 * HOUR_MS, what));
        }
        let job = state.jobs.get("waits").expect("it was queued");
        assert_eq!(
            (job.status, job.ended),
            (JobStatus::Expired, Some(2 * HOUR_MS))
        );
        assert_eq!(expire(&state, 2 * HOUR_MS, 2), []);
    }
}
