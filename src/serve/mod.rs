//! The platform on a port: the API in front of accounts of its own, with devices that really run
//! the jobs it queues.
//!
//! ```
//! use shakedown::serve::{Options, Server};
//!
//! let platform = Server::start(Options::default())?;
//! let keys = platform.keys();
//! assert!(platform.url().starts_with("http://127.0.0.1:"));
//! assert_eq!(keys[0].keys.key.len(), 32);
//! // Point the client under test at `platform.url()` with these keys. The port closes when
//! // `platform` is dropped.
//! # Ok::<(), shakedown::serve::ServeError>(())
//! ```

mod calls;
mod control;
mod discreet;
mod error;
mod front;
mod options;
mod owner;
mod server;
mod staff;
mod state;
mod trust;

pub use crate::api::auth::UserKeys;
pub use crate::wire::Patience;
pub use calls::{Called, Log};
pub use error::ServeError;
pub use options::{KEEP_CALLS, Options};
pub use server::{Running, Server};
