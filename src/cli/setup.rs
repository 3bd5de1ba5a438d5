//! `setup`: makes what engines need beyond this binary, once, in the user's cache.

use super::{Exit, Surroundings, print, setup_progress::Progress, signals};
use crate::engine::wine::WineCache;
use crate::engine::wine::ready::{self, Ready, RootSource};
use crate::engine::wine::setup::state::{self, State};
use crate::engine::wine::setup::{self, From, SetupError};
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `setup`.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "`setup wine` makes a root with Debian 13 and Wine 10 and a prefix with C: and the registry, \
which all Windows devices share and none changes. It needs Linux and the rights of root, a minute \
or two, 240 MB of downloads and 1.5 GB of free room, of which 0.4 GB stay in use. It installs \
nothing on this machine. What is there already is kept: a run that was interrupted goes on where \
it ended. `shakedown doctor` then says whether Windows devices can run.

The cache is $SHAKEDOWN_CACHE, else shakedown/ in $XDG_CACHE_HOME or ~/.cache: under sudo it is \
root's own, where runs as root look for it. Say sudo with --list too.

Exit codes: 0 it is there; 2 bad usage; 3 it could not be made; 130 interrupted.

Examples:
  sudo shakedown setup wine
  sudo shakedown setup wine --mirror http://mirror.example/debian
  sudo shakedown setup wine --host         this machine's own Wine, 10 or later
  sudo shakedown setup --list
  sudo shakedown setup --remove wine"
)]
pub struct SetupArgs {
    /// What to make: wine, for Windows devices on Linux
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

    /// Mirror of Debian to take packages from [default: the one this machine's apt uses, on Debian]
    #[arg(long, value_name = "URL", value_parser = mirror)]
    mirror: Option<String>,

    /// Folder with Debian's packages (.deb), downloaded before: needs no network
    #[arg(long, value_name = "FOLDER", conflicts_with = "mirror")]
    from: Option<PathBuf>,

    /// Root folder of a Linux system that has Wine 10 or later; it is used where it is
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["mirror", "from"])]
    root: Option<PathBuf>,

    /// Use this machine's own Wine, 10 or later
    #[arg(long, conflicts_with_all = ["mirror", "from", "root"])]
    host: bool,
}

/// What can be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Wine,
}

/// `--list --json`.
#[derive(Debug, Serialize)]
struct Listing {
    what: &'static str,
    /// `ready`, `unfinished`, `unusable` or `missing`.
    state: &'static str,
    folder: PathBuf,
    /// Bytes on the disk now.
    bytes: u64,
    why: Option<String>,
    ready: Option<Ready>,
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
        list(&cache, args.json)
    } else if args.remove.is_some() {
        remove(&cache)
    } else {
        make(args, &cache, around)
    }
}

fn make(args: &SetupArgs, cache: &WineCache, around: &Surroundings) -> Exit {
    let from = match (&args.from, &args.root) {
        _ if args.host => From::Host,
        (Some(folder), _) => From::Packages(folder.clone()),
        (_, Some(folder)) => From::Root(folder.clone()),
        _ => From::Debian {
            mirror: args.mirror.clone(),
        },
    };
    let there = matches!(state::look(cache), State::Ready(_));
    let cancel = signals::watch();
    let progress = Progress::new(around);
    let made = setup::setup(cache, &from, &progress, &cancel);
    progress.close();
    match made {
        Ok(ready) => {
            let line = ready.line(jiff::Timestamp::now());
            if there && !progress.began() {
                print::stderr(&format!("already there: {line}"));
            } else {
                let took = ready.seconds;
                print::stderr(&format!("ready in {took:.0} s: {line}"));
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

fn remove(cache: &WineCache) -> Exit {
    match state::remove(cache) {
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

fn list(cache: &WineCache, json: bool) -> Exit {
    let (state, why, ready) = match state::look(cache) {
        State::Nothing => ("missing", None, None),
        State::Unfinished => ("unfinished", None, None),
        State::Unusable(why) => ("unusable", Some(why), None),
        State::Ready(ready) => ("ready", None, Some(*ready)),
    };
    let folder = cache.folder().to_owned();
    let bytes = state::disk_usage(&folder, &mut Default::default()).unwrap_or(0);
    let listing = Listing {
        what: "wine",
        state,
        folder,
        bytes,
        why,
        ready,
    };
    let text = match json {
        true => match serde_json::to_string_pretty(&listing) {
            Ok(text) => text + "\n",
            Err(e) => {
                print::error(&e, None);
                return Exit::Usage;
            }
        },
        false => told(&listing, jiff::Timestamp::now()),
    };
    print::listing(text.as_bytes())
}

fn told(listing: &Listing, now: jiff::Timestamp) -> String {
    let state = match (&listing.ready, &listing.why) {
        (Some(ready), _) => ready.line(now),
        (None, Some(why)) => {
            format!("cannot be used: {why}; shakedown setup --remove wine, then set it up again")
        }
        (None, None) if listing.state == "unfinished" => {
            let size = ready::size(listing.bytes);
            format!("unfinished, {size}; shakedown setup wine goes on")
        }
        _ => "missing; shakedown setup wine makes it".to_owned(),
    };
    let from = listing.ready.as_ref().map(|r| match &r.root {
        RootSource::Packages { place, packages } => {
            format!("      {} packages of {place}\n", packages.len())
        }
        RootSource::Folder { path } => format!("      the root {}\n", path.display()),
        RootSource::Host => "      this machine's own Wine\n".to_owned(),
    });
    format!(
        "wine  {state}\n{}      {}\n",
        from.unwrap_or_default(),
        listing.folder.display()
    )
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

    #[test]
    fn a_listing_says_what_to_do() {
        let listing = |state, why: Option<&str>| Listing {
            what: "wine",
            state,
            folder: "/c/wine/1".into(),
            bytes: 5_000_000,
            why: why.map(str::to_owned),
            ready: None,
        };
        let now = jiff::Timestamp::UNIX_EPOCH;
        let missing = told(&listing("missing", None), now);
        assert_eq!(
            missing,
            "wine  missing; shakedown setup wine makes it\n      /c/wine/1\n"
        );
        assert!(
            told(&listing("unfinished", None), now).contains("5 MB; shakedown setup wine goes on")
        );
        assert!(told(&listing("unusable", Some("gone")), now).contains("cannot be used: gone"));
    }
}
