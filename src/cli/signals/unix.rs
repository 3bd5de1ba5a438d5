//! SIGINT, SIGTERM and SIGHUP.

use super::flag;
use crate::cli::exit::Exit;

/// Catches all three.
pub fn catch() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        catch_one(signal);
    }
}

extern "C" fn on_signal(_: libc::c_int) {
    let Some(cancel) = flag() else { return };
    if cancel.is_cancelled() {
        // SAFETY: _exit may be called from a signal handler; it runs no destructor and takes no lock.
        unsafe { libc::_exit(Exit::Interrupted as libc::c_int) };
    }
    // One atomic store: nothing here allocates or takes a lock.
    cancel.cancel();
}

fn catch_one(signal: libc::c_int) {
    let handler: extern "C" fn(libc::c_int) = on_signal;
    // SAFETY: both structures are plain data that the calls fill or read; the handler only does
    // what is allowed in one.
    unsafe {
        let mut before: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signal, std::ptr::null(), &mut before) == 0
            && before.sa_sigaction == libc::SIG_IGN
        {
            return;
        }
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as libc::sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(signal, &action, std::ptr::null_mut());
    }
}
