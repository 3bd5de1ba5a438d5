//! Starting Windows on a device, booting it again, keeping it.

use super::WineDevice;
use super::debug::Debug;
use crate::engine::sandbox::{Beside, Resident};
use crate::engine::windows::link::{Hello, Link};
use crate::engine::wine::said::CHANNELS;
use crate::engine::wine::tools::HELPER;
use crate::engine::{Cancel, Device, EngineError, Launch, NoSink};
use std::fs::File;
use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How long Wine's server may take to write the hives.
const FLUSHING: Duration = Duration::from_secs(20);

impl WineDevice {
    /// Starts the resident helper, and Wine with it.
    pub(super) fn start_windows(&self) -> Result<Hello, EngineError> {
        let failed = |what: &str, source: io::Error| EngineError::Boot {
            device: self.name.clone(),
            what: what.to_owned(),
            source,
        };
        let mut env = self.wine.environment();
        for (name, value) in &mut env {
            if name == "WINEDEBUG" {
                CHANNELS.clone_into(value);
            }
        }
        let beside = Beside {
            program: self.wine.loader,
            args: &[HELPER, "resident"],
            env: &env,
            cwd: "/pfx/drive_c/windows",
        };
        let Resident {
            stdin,
            stdout,
            stderr,
        } = self.sandbox.start_beside(&beside)?;
        let listener = Arc::clone(&self.questions) as _;
        let link = Link::start(File::from(stdin), File::from(stdout), listener)
            .map_err(|e| failed("hear its helper", e))?;
        let debug = Debug::start(stderr, Arc::clone(&self.questions), &link)
            .map_err(|e| failed("hear Wine", e))?;
        self.questions.heard_by(&debug);
        *self.debug.write().unwrap_or_else(PoisonError::into_inner) = Some(debug);
        let other = |what| move |e| failed(what, io::Error::other(e));
        let hello = link.hello().map_err(other("start Wine and its helper"))?;
        link.watch_agent_key()
            .map_err(other("watch its registry"))?;
        *self.link.write().unwrap_or_else(PoisonError::into_inner) = Some(link);
        Ok(hello)
    }

    /// Ends every process and boots again over the same files and hives.
    pub(super) fn boot_again(&self) -> Result<(), EngineError> {
        self.flush()?;
        *self.link.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.sandbox.reboot()?;
        self.questions.stores.restarted();
        self.make_hive_folder()?;
        self.start_windows().map(drop)
    }

    /// Lets Wine's server write the hives and end.
    fn flush(&self) -> Result<(), EngineError> {
        let server = self.wine.server.rsplit('/').next().unwrap_or_default();
        // `comm` has fifteen letters at most.
        let name: String = server.chars().take(15).collect();
        let all = self.sandbox.processes()?;
        let Some(server) = all.iter().find(|p| p.name == name) else {
            return Ok(());
        };
        let script = format!(
            "kill -TERM {pid}; while kill -0 {pid} 2>/dev/null; do sleep 0.01; done",
            pid = server.pid
        );
        let mut order = Launch::new("/bin/sh", &["-c", &script]);
        order.env = self.wine.environment();
        order.timeout = FLUSHING;
        self.sandbox.launch(&order, &NoSink, &Cancel::default())?;
        Ok(())
    }

    /// Keeps the device's files and hives after the handle is dropped. Wine cannot live on under a
    /// system call filter that nobody answers, so Windows ends, and starts anew with the next program.
    pub(super) fn stay(&self) -> Result<String, EngineError> {
        self.flush()?;
        let how = self.sandbox.keep()?;
        let env: Vec<String> = self
            .wine
            .environment()
            .into_iter()
            .map(|(n, v)| format!("{n}='{v}'"))
            .collect();
        Ok(format!(
            "{how}\nthen: env -i {} {} cmd.exe  # Windows starts anew over the device's files and hives",
            env.join(" "),
            self.wine.loader
        ))
    }
}
