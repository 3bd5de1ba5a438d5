//! Consoles without a window, one for each job at a time.
//!
//! A process that is started without a console of its own gets that of its parent. So the helper keeps
//! consoles ready, each held by a process that does nothing else, joins one, starts the job and leaves
//! it: a job pays for no new console, and no job can change another's code page.

use crate::windows::job::JobObject;
use crate::windows::process::{ItsConsole, Process, Spawn};
use crate::windows::{SysError, console, pipe};
use std::io::{Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Argument that makes the helper's EXE hold a console.
pub const HOLD: &str = "hold-console";

/// Attached to a console that no job uses: its holder and the helper.
const ALONE: usize = 2;

/// Consoles that are ready.
#[derive(Debug)]
pub struct Consoles {
    // Also orders who is attached: a process has one console at a time.
    free: Mutex<Vec<Console>>,
    // One is made at a time, so that who waits takes the one that another made ahead.
    making: Mutex<()>,
    holders: JobObject,
    exe: String,
}

/// One console.
#[derive(Debug)]
pub struct Console {
    holder: Process,
    /// Code page that it was set back to after its last job; none: it has to be set.
    code_page: Option<u32>,
}

/// The process that holds a console: tells that it is there and stays until it is ended.
pub fn hold() -> ! {
    let mut out = std::io::stdout();
    // Without a reader there is nobody to hold it for.
    if out.write_all(b"\n").and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
    loop {
        std::thread::park();
    }
}

impl Consoles {
    /// None yet; `exe` is the helper's own file.
    pub fn new(exe: String) -> Result<Consoles, SysError> {
        Ok(Consoles {
            free: Mutex::new(Vec::new()),
            making: Mutex::default(),
            holders: JobObject::new()?,
            exe,
        })
    }

    fn free(&self) -> MutexGuard<'_, Vec<Console>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make(&self) -> Result<Console, SysError> {
        let (ready, told) = pipe::pair()?;
        let nul = pipe::nul()?;
        let holder = Spawn {
            program: Some(&self.exe),
            command_line: &format!("\"{}\" {HOLD}", self.exe),
            environment: None,
            cwd: None,
            stdin: &nul,
            stdout: &told,
            stderr: &nul,
            job: &self.holders,
            console: ItsConsole::NoWindow,
        }
        .start()?;
        drop(told);
        let mut byte = [0];
        if !matches!((&ready).read(&mut byte), Ok(1)) {
            return Err(SysError::of(
                "the holder of a console ended at its start",
                0,
            ));
        }
        Ok(Console {
            holder,
            code_page: None,
        })
    }

    /// Makes one ahead of the first job.
    pub fn prepare(&self) {
        let _turn = self.making.lock();
        if let Ok(console) = self.make() {
            self.free().push(console);
        }
    }

    fn take(&self) -> Result<Console, SysError> {
        if let Some(console) = self.pop() {
            return Ok(console);
        }
        let _turn = self.making.lock();
        match self.pop() {
            Some(console) => Ok(console),
            None => self.make(),
        }
    }

    fn pop(&self) -> Option<Console> {
        self.free().pop()
    }

    /// Runs `start` while attached to a console that no other process uses.
    pub fn with<T>(
        &self,
        code_page: u32,
        start: impl FnOnce() -> Result<T, SysError>,
    ) -> Result<(T, Console), SysError> {
        // Those still used by what a job left running are looked at again next time.
        let mut used = Vec::new();
        let done = self.with_unused(code_page, start, &mut used);
        self.free().append(&mut used);
        done
    }

    fn with_unused<T>(
        &self,
        code_page: u32,
        start: impl FnOnce() -> Result<T, SysError>,
        used: &mut Vec<Console>,
    ) -> Result<(T, Console), SysError> {
        loop {
            let mut console = self.take()?;
            let mut free = self.free();
            // A process has one console at a time.
            console::free();
            if console::attach(console.holder.pid()).is_err() {
                // Its holder was ended by a job: another is made.
                console.holder.terminate(1);
                continue;
            }
            if console::attached() > ALONE {
                console::free();
                console.code_page = None;
                used.push(console);
                continue;
            }
            let set = if console.code_page == Some(code_page) {
                Ok(())
            } else {
                console::reset(code_page)
            };
            console.code_page = None;
            let started = set.and_then(|()| start());
            console::free();
            return match started {
                Ok(started) => Ok((started, console)),
                Err(e) => {
                    free.push(console);
                    Err(e)
                }
            };
        }
    }

    /// Takes a console back after its job and sets it back, so that the next job's start need not.
    pub fn give_back(&self, mut console: Console, code_page: u32) {
        let mut free = self.free();
        console::free();
        if console::attach(console.holder.pid()).is_ok() {
            let alone = console::attached() <= ALONE;
            let set = alone && console::reset(code_page).is_ok();
            console.code_page = set.then_some(code_page);
            console::free();
        }
        free.push(console);
    }
}
