//! What stands behind the port: the platform's API, and our own endpoints beside it.

use super::calls::Calls;
use super::control;
use super::staff::Staff;
use crate::api::{Answer, Api, Refusal, Request};
use crate::platform::desk::Shared;
use crate::wire::{Answers, Unread};
use std::sync::Arc;

/// Answers requests.
pub struct Front {
    pub api: Api,
    pub shared: Arc<Shared>,
    pub calls: Arc<Calls>,
    pub staff: Arc<Staff>,
}

impl Answers for Front {
    async fn answer(&self, request: Request) -> Answer {
        match request.path.starts_with(control::PREFIX) {
            true => control::answer(self, &request).await,
            false => self.api.answer(&self.shared, &request),
        }
    }

    fn unread(&self, request: &Request, why: Unread) -> Answer {
        match request.path.starts_with(control::PREFIX) {
            true => why.told(),
            false => {
                Refusal::new(why.status(), why.error()).answer(&self.api, &self.shared, request)
            }
        }
    }
}

impl Front {
    /// Hours of platform time after which a job that waits for its device expires.
    pub fn expiry(&self) -> u32 {
        self.api.settings.knobs.job_expiry_hours
    }
}
