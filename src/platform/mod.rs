//! The simulated platform: its state is a fold over the event log; the ledger is the one writer
//! of that log.

pub mod accounts;
pub mod comstore;
pub mod csv;
pub mod desk;
pub mod expiry;
pub mod filters;
pub mod fleet;
pub mod ledger;
mod masked;
pub mod record;
pub mod schedule;
pub mod state;
pub mod variables_csv;

pub use desk::Desk;
pub use ledger::{Clock, Ledger};
pub use state::State;
