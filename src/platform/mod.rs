//! The simulated platform: its state is a fold over the event log; the ledger is the one writer
//! of that log.

pub mod ledger;
pub mod record;
pub mod state;

pub use ledger::Ledger;
pub use state::State;
