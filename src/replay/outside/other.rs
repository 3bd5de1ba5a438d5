//! Services are served on Linux alone: scenarios that need them outside of devices are skipped
//! elsewhere before they come here.

use super::{Answered, Call, Psa};
use crate::engine::Cancel;
use crate::rmm::observed::ServiceCall;
use crate::rmm::service::Fault;
use crate::scenario::world::World;
use std::io;

/// Never made here.
pub enum Outside {}

impl Outside {
    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub fn new(_: &World, _: u64) -> io::Result<Outside> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "services are served on Linux alone",
        ))
    }

    /// Never called.
    pub fn psa(&self) -> Option<&Psa> {
        match *self {}
    }

    /// Never called.
    ///
    /// # Errors
    /// None.
    pub fn call(&self, _: &Call, _: &Cancel) -> Result<Answered, String> {
        match *self {}
    }

    /// Never called.
    pub fn take(&self) -> Vec<ServiceCall> {
        match *self {}
    }

    /// Never called.
    ///
    /// # Errors
    /// None.
    pub fn set_fault(&self, _: &str, _: Option<Fault>, _: bool) -> io::Result<()> {
        match *self {}
    }
}
