//! `setup`: makes what engines need beyond this binary, once, in the user's cache.

use super::{Exit, Surroundings, print, setup_progress::Progress, signals};
use crate::engine::wine::WineCache;
use crate::engine::wine::powershell::layer;
use crate::engine::wine::powershell::release::Release;
use crate::engine::wine::setup::state;
use crate::engine::wine::setup::{self, From, SetupError, powershell};
use crate::engine::wine::{ready, tools};
use std::path::PathBuf;

mod listing;

/// Arguments of `setup`.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "`setup wine` makes a root with Debian 13 and Wine 10 and a prefix with C: and the registry, \
which all Windows devices share and none changes. It needs Linux and the rights of root, a minute \
or two, 240 MB of downloads and 1.5 GB of free room, of which 0.4 GB stay in use; each version of \
shakedown adds a layer with its programs, which goes a day after its last use. It installs \
nothing on this machine. What is there already is kept: a run that was interrupted goes on where \
it ended. `shakedown doctor` then says whether Windows devices can run.

`setup powershell` adds PowerShell to Windows devices, behaving as Windows PowerShell 5.1: it takes
the one official release that this shakedown is made for (about 110 MB, 0.4 GB unpacked), checks its
SHA-256 and the release's own list of hashes, lays 5.1's modules and ways over it, has PowerShell
compile them, and proves the result on a device. A download that was cut goes on where it ended;
HTTPS_PROXY is honoured. After an update of shakedown say it again: the release is kept, so nothing
is downloaded; until then components in PowerShell are skipped with that reason.

The cache is $SHAKEDOWN_CACHE, else shakedown/ in $XDG_CACHE_HOME or ~/.cache: under sudo it is \
root's own, where runs as root look for it. Say sudo with --list too.

Exit codes: 0 it is there; 2 bad usage; 3 it could not be made; 130 interrupted.

Examples:
  sudo shakedown setup wine
  sudo shakedown setup wine --mirror http://mirror.example/debian
  sudo shakedown setup wine --host         this machine's own Wine, 10 or later
  sudo shakedown setup powershell
  sudo shakedown setup powershell --from PowerShell-7.6.5-win-x64.zip
  sudo shakedown setup --list
  sudo shakedown setup --remove wine       PowerShell stays, for the next one"
)]
pub struct SetupArgs {
    /// What to make: wine, for Windows devices on Linux; powershell, for components in it on them
    #[arg(value_enum, required_unless_present_any = ["list", "remove"])]
    what: Option<What>,

    /// Say what is there, how old and how big
    #[arg(long, conflicts_with_all = ["what", "remove"])]
    list: bool,

    /// Remove it, downloads and all
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "what")]
    remove: Option<What>,

    /// With --list: print one JSON document instead
    #[arg(long, requires = "list")]
    json: bool,

    /// Mirror of Debian to take packages from [default: the one this machine's apt uses, on Debian];
    /// for powershell: address of a folder with the release's zip and hashes.sha256
    #[arg(long, value_name = "URL", value_parser = mirror)]
    mirror: Option<String>,

    /// Folder with Debian's packages (.deb), downloaded before: needs no network; for powershell: the
    /// release's zip, or the folder it was unpacked to
    #[arg(long, value_name = "PATH", conflicts_with = "mirror")]
    from: Option<PathBuf>,

    /// For wine: root folder of a Linux system that has Wine 10 or later; it is used where it is
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["mirror", "from"])]
    root: Option<PathBuf>,

    /// For wine: use this machine's own, 10 or later
    #[arg(long, conflicts_with_all = ["mirror", "from", "root"])]
    host: bool,
}

/// What can be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Wine,
    Powershell,
}

fn mirror(text: &str) -> Result<String, String> {
    let web = text.starts_with("http://") || text.starts_with("https://");
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"[]\"'".contains(c);
    match web && text.chars().all(plain) {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err("write it as http://HOST/debian".to_owned()),
    }
}

/// Makes, lists or removes.
pub fn main(args: &SetupArgs, around: &Surroundings) -> Exit {
    let Some(cache) = &around.cache else {
        let help = "set SHAKEDOWN_CACHE to a folder";
        let error = SetupError::new("there is no cache: HOME is not set", help);
        print::error(&error, error.mend());
        return Exit::Usage;
    };
    let cache = WineCache::within(cache);
    if args.list {
        return listing::list(&cache, args.json);
    }
    match (args.remove, args.what) {
        (Some(What::Wine), _) => {
            let exit = removed(state::remove(&cache), &cache);
            if layer::all(&cache).is_ok_and(|all| !all.is_empty()) {
                print::stderr(
                    "PowerShell stays; shakedown setup --remove powershell takes it away",
                );
            }
            exit
        }
        (Some(What::Powershell), _) => removed(powershell::state::remove(&cache), &cache),
        (None, Some(What::Powershell)) if args.root.is_some() || args.host => {
            let error = SetupError::new(
                "--root and --host say which Wine; PowerShell is the same over each",
                "leave them out",
            );
            print::error(&error, error.mend());
            Exit::Usage
        }
        (None, Some(What::Powershell)) => make_powershell(args, &cache, around),
        (None, _) => make(args, &cache, around),
    }
}

fn make(args: &SetupArgs, cache: &WineCache, around: &Surroundings) -> Exit {
    for folder in [&args.from, &args.root].into_iter().flatten() {
        if !folder.exists() {
            let error = SetupError::new(
                format!("{} is not there", folder.display()),
                "name a folder that is: --root takes the root of a system with Wine 10, --from one with Debian's packages; without both, setup downloads",
            );
            print::error(&error, error.mend());
            return Exit::Usage;
        }
    }
    let from = match (&args.from, &args.root) {
        _ if args.host => From::Host,
        (Some(folder), _) => From::Packages(folder.clone()),
        (_, Some(folder)) => From::Root(folder.clone()),
        _ => From::Debian {
            mirror: args.mirror.clone(),
        },
    };
    let cancel = signals::watch();
    let progress = Progress::new(around);
    let made = setup::setup(cache, &from, &progress, &cancel);
    let line = |r: ready::Ready| (r.line(now(), tools::usage(cache)), r.seconds);
    told(made.map(line), &progress, cache)
}

fn make_powershell(args: &SetupArgs, cache: &WineCache, around: &Surroundings) -> Exit {
    let release = match Release::pinned() {
        Ok(release) => release,
        Err(e) => {
            return failed(&SetupError::new(
                e.to_string(),
                "build it from whole sources",
            ));
        }
    };
    let from = match &args.from {
        Some(path) => powershell::From::Path(path.clone()),
        None => powershell::From::Web {
            mirror: args.mirror.clone(),
        },
    };
    let cancel = signals::watch();
    let progress = Progress::new(around);
    let patience = powershell::Patience::default();
    let made = powershell::setup(cache, &release, &from, patience, &progress, &cancel);
    if let Ok(made) = &made {
        for remark in &made.remarks {
            print::stderr(&format!("note: {remark}"));
        }
    }
    told(made.map(|m| (m.line(now()), m.seconds)), &progress, cache)
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Says what there is, in a line and with the seconds it took; or why there is nothing.
fn told(made: Result<(String, f64), SetupError>, progress: &Progress, cache: &WineCache) -> Exit {
    progress.close();
    match made {
        Ok((line, took)) => {
            match progress.began() {
                true => print::stderr(&format!("ready in {took:.0} s: {line}")),
                false => print::stderr(&format!("already there: {line}")),
            }
            print::stderr(&format!("in {}", cache.folder().display()));
            Exit::Ok
        }
        Err(error) => failed(&error),
    }
}

fn failed(error: &SetupError) -> Exit {
    print::error(error, error.mend());
    match error {
        SetupError::Interrupted => Exit::Interrupted,
        SetupError::Failed { .. } => Exit::Broken,
    }
}

fn removed(freed: Result<u64, SetupError>, cache: &WineCache) -> Exit {
    match freed {
        Ok(0) => {
            print::stderr(&format!("nothing was in {}", cache.folder().display()));
            Exit::Ok
        }
        Ok(freed) => {
            print::stderr(&format!("removed: {} freed", ready::size(freed)));
            Exit::Ok
        }
        Err(error) => failed(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_are_addresses_without_a_slash_at_their_end() {
        assert_eq!(
            mirror("https://m.example/debian/").as_deref(),
            Ok("https://m.example/debian")
        );
        for bad in ["m.example/debian", "file:///x", "http://x y", "http://x[y]"] {
            assert!(mirror(bad).is_err(), "{bad}");
        }
    }
}
