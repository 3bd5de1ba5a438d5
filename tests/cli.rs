//! Drives the built binary as a user does: arguments in; exit code, stdout and stderr out.

#[path = "cli/help.rs"]
mod help;
#[path = "cli/packages.rs"]
mod packages;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/signals.rs"]
mod signals;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What came of one call.
struct Call {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// A folder to call the program in, gone afterwards.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place {
            dir: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file below the folder.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).expect("a folder for the file");
        }
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// Calls the program here with nothing of the caller's environment but PATH.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shakedown"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null());
        command
    }

    fn call(&self, arguments: &[&str]) -> Call {
        let output = self
            .command(arguments)
            .output()
            .expect("the program starts");
        Call::from(output)
    }

    /// A component that passes, and one that fails with a message on stderr.
    fn components(&self) {
        let manifest = |name: &str| {
            format!("name: {name}\ncategory: scripts\ntype: unix\nscript: script.sh\n")
        };
        self.file("good/component.yaml", &manifest("Good"));
        self.file("good/script.sh", "#!/bin/bash\necho all is ready\n");
        self.file("bad/component.yaml", &manifest("Bad"));
        self.file(
            "bad/script.sh",
            "#!/bin/bash\necho half way\necho 'no \u{1b}[31mlicence' >&2\nexit 3\n",
        );
    }

    /// A scenario that runs one of these components.
    fn scenario(&self, file: &str, name: &str, component: &str, tags: &str) {
        let text = format!(
            "scenario: {name}\ntags: [{tags}]\nworld:\n  devices:\n    web-01: {{ os: linux }}\n  components:\n    it: ../{component}\nsteps:\n  - job: it\n    on: web-01\n    expect:\n      stdout:\n        contains: ready\n"
        );
        self.file(file, &text);
    }
}

impl From<Output> for Call {
    fn from(output: Output) -> Call {
        Call {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
