//! Services on a device's network: the resolver that records every name asked for, and the
//! vendor's own cloud, mocked at its real URLs with routes, replies and faults.
//!
//! Everything is served by this process, on sockets that somebody else made inside the device's
//! network namespace; nothing here binds a new address. One thread serves the networks of all
//! devices.
//!
//! What the faults do: status, delay, cut, truncate, corrupt and hang strike a request that was
//! read, and its record tells its route; the certificate faults strike in the TLS handshake, and
//! a client that gives up there is recorded with status 0 and no method; unknown name answers
//! NXDOMAIN; refused makes the kernel refuse, so that no call reaches the service or its record.

mod check;
mod dns;
mod error;
mod gate;
mod http;
mod network;
mod record;
mod runtime;
mod service;
pub mod tls;

#[cfg(test)]
mod tests;

pub use error::ServiceError;
pub use network::{Network, Sockets};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even where a thread that held the lock panicked: every guarded value here is whole
/// after each single statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
