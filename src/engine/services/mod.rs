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

#[cfg(target_os = "linux")]
mod check;
#[cfg(target_os = "linux")]
mod dns;
#[cfg(target_os = "linux")]
mod error;
#[cfg(target_os = "linux")]
mod gate;
#[cfg(target_os = "linux")]
mod http;
#[cfg(target_os = "linux")]
mod network;
#[cfg(target_os = "linux")]
mod record;
#[cfg(target_os = "linux")]
mod runtime;
#[cfg(target_os = "linux")]
mod service;
pub mod tls;

#[cfg(all(test, target_os = "linux"))]
mod tests;

#[cfg(target_os = "linux")]
pub use error::ServiceError;
#[cfg(target_os = "linux")]
pub use network::{Network, Sockets};

#[cfg(target_os = "linux")]
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even where a thread that held the lock panicked: every guarded value here is whole
/// after each single statement.
#[cfg(target_os = "linux")]
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
