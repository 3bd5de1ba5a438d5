//! `net start`, `stop`, `pause`, `continue`: through the service manager.

use super::{DONE, helped, system};
use crate::os::scm;
use crate::programs::error_text;
use crate::programs::services::{Service, always};
use crate::programs::told::desk::{Desk, Played, Stop, done, same};
use std::time::{Duration, Instant};

/// How long a service may take to start or stop.
const PATIENCE: Duration = Duration::from_secs(30);
const STOPPED: u32 = 1;
const RUNNING: u32 = 4;
const PAUSED: u32 = 7;

fn list() -> Result<Vec<Service>, Stop> {
    always::list().map_err(|e| Stop::refused(format!("services cannot be read: {e}")))
}

/// A service by its name or its display name.
fn named(args: &[String]) -> Result<Service, Stop> {
    let name = args
        .iter()
        .filter(|a| !a.starts_with('/'))
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    let all = list()?;
    let found = all
        .into_iter()
        .find(|s| same(&s.name, &name) || same(&s.display, &name));
    found.ok_or_else(|| helped(2185, "The service name is invalid."))
}

/// Waits until the service is in a state; whether it came to it.
fn until(name: &str, state: u32) -> bool {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        match scm::status(name) {
            Ok(now) if now.state == state => return true,
            Ok(now) if now.state == STOPPED => return false,
            Ok(_) => std::thread::sleep(Duration::from_millis(20)),
            Err(_) => return false,
        }
    }
    false
}

fn started() -> Stop {
    helped(2182, "The requested service has already been started.")
}

/// Nothing is done to a service that is only told of.
fn real(service: &Service) -> Result<(), Stop> {
    match always::only_told(&service.name) {
        Some(told) => Err(Stop::refused(always::why(&told.name))),
        None => Ok(()),
    }
}

pub fn start(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    if args.is_empty() {
        let mut running: Vec<String> = list()?
            .into_iter()
            .filter(|s| s.state == RUNNING && s.kind & 0x30 != 0)
            .map(|s| s.display)
            .collect();
        running.sort_by_key(|s| s.to_lowercase());
        desk.out("These Windows services are started:\n");
        for name in running {
            desk.out(format!("   {name}"));
        }
        desk.out(format!("\n{DONE}"));
        return done(0);
    }
    let service = named(args)?;
    let shown = &service.display;
    if always::runs(&service) && always::only_told(&service.name).is_some() {
        return Err(started());
    }
    real(&service)?;
    match scm::start(&service.name, &[]) {
        Ok(()) => {}
        Err(e) if e.code == 1056 => return Err(started()),
        Err(e) => {
            desk.out(format!("The {shown} service is starting."));
            return Err(system(e.code, &error_text(e.code)));
        }
    }
    desk.out(format!("The {shown} service is starting."));
    if !until(&service.name, RUNNING) {
        desk.err(format!("The {shown} service could not be started.\n"));
        return Err(helped(3534, "The service did not report an error."));
    }
    desk.out(format!("The {shown} service was started successfully.\n"));
    done(0)
}

pub fn stop(desk: &mut Desk<'_, '_>, args: &[String]) -> Played {
    if args.is_empty() {
        return Err(Stop::error(
            1,
            "The syntax of this command is:\n\nNET STOP\nservice\n",
        ));
    }
    let service = named(args)?;
    real(&service)?;
    let shown = &service.display;
    match scm::control(&service.name, 1) {
        Ok(()) => {}
        Err(e) if e.code == 1062 => {
            return Err(helped(
                3521,
                &format!("The {shown} service is not started."),
            ));
        }
        Err(e) => return Err(system(e.code, &error_text(e.code))),
    }
    desk.out(format!("The {shown} service is stopping."));
    if !until(&service.name, STOPPED) {
        desk.err(format!("The {shown} service could not be stopped.\n"));
        return Err(Stop::error(2, ""));
    }
    desk.out(format!("The {shown} service was stopped successfully.\n"));
    done(0)
}

/// Pauses (2) or continues (3).
pub fn control(desk: &mut Desk<'_, '_>, args: &[String], number: u32, word: &str) -> Played {
    let service = named(args)?;
    real(&service)?;
    let shown = &service.display;
    scm::control(&service.name, number).map_err(|e| system(e.code, &error_text(e.code)))?;
    if !until(&service.name, if number == 2 { PAUSED } else { RUNNING }) {
        return Err(Stop::error(
            2,
            format!("The {shown} service could not be {word}ed.\n"),
        ));
    }
    desk.out(format!("The {shown} service was {word}ed successfully.\n"));
    done(0)
}
