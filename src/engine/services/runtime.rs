//! The one runtime that serves the networks of all devices.

use std::io;
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle};

/// Turns of the runtime that bring a client's last bytes from the kernel to a record: accept,
/// read, TLS, head, body, and some to spare. Each turn asks the kernel for news once.
const TURNS: usize = 8;

/// How long a caller waits at most for the runtime's thread to come by.
const PATIENCE: Duration = Duration::from_secs(2);

static SHARED: Mutex<Option<Handle>> = Mutex::new(None);

/// The runtime, started with its one thread at the first call and kept as long as the process.
pub(super) fn handle() -> io::Result<Handle> {
    let mut shared = super::lock(&SHARED);
    if let Some(handle) = shared.as_ref() {
        return Ok(handle.clone());
    }
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("services".into())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
    *shared = Some(handle.clone());
    Ok(handle)
}

/// Lets the runtime work off what the kernel already has for it, then returns. Goes on for at
/// most 100 ms while `busy` says that something is half read.
///
/// Must not be called on the runtime's own thread.
pub(super) fn settle(handle: &Handle, busy: impl Fn() -> bool + Send + 'static) {
    let (done, wait) = mpsc::sync_channel(1);
    handle.spawn(async move {
        let start = Instant::now();
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        while busy() && start.elapsed() < Duration::from_millis(100) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // The caller may have given up waiting; then nobody needs the message.
        let _ = done.try_send(());
    });
    let _ = wait.recv_timeout(PATIENCE);
}
