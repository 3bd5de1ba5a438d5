//! `setup --list`: what a cache has, how old and how big, and what to do where something is missing.

use crate::cli::{Exit, print};
use crate::engine::wine::powershell::ready::{Made, Origin, Unpacked};
use crate::engine::wine::ready::{Ready, RootSource, size};
use crate::engine::wine::setup::powershell::state as of_powershell;
use crate::engine::wine::setup::state::{self, State};
use crate::engine::wine::{WineCache, tools, usage};
use serde::Serialize;
use std::path::PathBuf;

/// One element of `--list --json`.
#[derive(Debug, Serialize)]
struct Listing {
    what: &'static str,
    /// `ready`, `unfinished`, `unusable` or `missing`.
    state: &'static str,
    folder: PathBuf,
    /// Bytes on the disk now.
    bytes: u64,
    /// Wine: bytes of them that are layers with the programs of this and earlier shakedowns.
    #[serde(skip_serializing_if = "Option::is_none")]
    tools_bytes: Option<u64>,
    why: Option<String>,
    /// What was made.
    ready: Option<Setup>,
    /// PowerShell: the release that is there, so that a setup downloads nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<Unpacked>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Setup {
    Wine(Box<Ready>),
    Powershell(Box<Made>),
}

impl Setup {
    fn line(&self, now: jiff::Timestamp, tools: u64) -> String {
        match self {
            Setup::Wine(ready) => ready.line(now, tools),
            Setup::Powershell(made) => made.line(now),
        }
    }

    /// Where it came from.
    fn from(&self) -> String {
        match self {
            Setup::Wine(ready) => match &ready.root {
                RootSource::Packages { place, packages } => {
                    format!("{} packages of {place}", packages.len())
                }
                RootSource::Folder { path } => format!("the root {}", path.display()),
                RootSource::Host => "this machine's own Wine".to_owned(),
            },
            Setup::Powershell(made) => match &made.release.origin {
                Origin::Zip { place, .. } => format!("of {place}, its SHA-256 checked"),
                Origin::Folder { path } => {
                    format!(
                        "of the folder {}, whose files no hash tells",
                        path.display()
                    )
                }
            },
        }
    }
}

/// Prints both parts.
pub fn list(cache: &WineCache, json: bool) -> Exit {
    let listings = [wine(cache), powershell(cache)];
    let text = match json {
        true => match serde_json::to_string_pretty(&listings) {
            Ok(text) => text + "\n",
            Err(e) => {
                print::error(&e, None);
                return Exit::Usage;
            }
        },
        false => {
            let now = jiff::Timestamp::now();
            listings.iter().map(|l| told(l, now)).collect()
        }
    };
    print::listing(text.as_bytes())
}

fn wine(cache: &WineCache) -> Listing {
    let (state, why, ready) = match state::look(cache) {
        State::Nothing => ("missing", None, None),
        State::Unfinished => ("unfinished", None, None),
        State::Unusable(why) => ("unusable", Some(why), None),
        State::Ready(ready) => ("ready", None, Some(Setup::Wine(ready))),
    };
    let folder = cache.folder().to_owned();
    let all = usage::disk_usage(&folder, &mut Default::default()).unwrap_or(0);
    Listing {
        what: "wine",
        state,
        bytes: all.saturating_sub(of_powershell::usage(cache)),
        tools_bytes: Some(tools::usage(cache)),
        folder,
        why,
        ready,
        release: None,
    }
}

fn powershell(cache: &WineCache) -> Listing {
    use of_powershell::State;
    let mut listing = Listing {
        what: "powershell",
        state: "missing",
        folder: cache.folder().to_owned(),
        bytes: of_powershell::usage(cache),
        tools_bytes: None,
        why: None,
        ready: None,
        release: None,
    };
    match of_powershell::look(cache) {
        State::Nothing => {}
        State::Unfinished { release } => {
            (listing.state, listing.release) = ("unfinished", release);
        }
        State::Unusable(why) => (listing.state, listing.why) = ("unusable", Some(why)),
        State::Ready(made) => {
            (listing.state, listing.ready) = ("ready", Some(Setup::Powershell(made)));
        }
    }
    listing
}

fn told(listing: &Listing, now: jiff::Timestamp) -> String {
    let what = listing.what;
    let state = match (&listing.ready, &listing.why, &listing.release) {
        (Some(ready), ..) => ready.line(now, listing.tools_bytes.unwrap_or(0)),
        (None, Some(why), _) => {
            format!("cannot be used: {why}; shakedown setup --remove {what}, then set it up again")
        }
        (None, None, Some(release)) => format!(
            "the release {} is there, and what this shakedown lays over it is not; shakedown setup \
             {what} does that, without a download",
            release.version
        ),
        (None, None, None) if listing.state == "unfinished" => {
            let size = size(listing.bytes);
            format!("unfinished, {size}; shakedown setup {what} goes on")
        }
        _ => format!("missing; shakedown setup {what} makes it"),
    };
    let from = listing.ready.as_ref().map(Setup::from);
    let lines = from
        .into_iter()
        .chain([listing.folder.display().to_string()]);
    let below: String = lines.map(|l| format!("            {l}\n")).collect();
    format!("{what:<10}  {state}\n{below}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_says_what_to_do() {
        let listing = |state, why: Option<&str>, release| Listing {
            what: "powershell",
            state,
            folder: "/c/wine/1".into(),
            bytes: 5_000_000,
            tools_bytes: None,
            why: why.map(str::to_owned),
            ready: None,
            release,
        };
        let now = jiff::Timestamp::UNIX_EPOCH;
        let missing = told(&listing("missing", None, None), now);
        assert_eq!(
            missing,
            "powershell  missing; shakedown setup powershell makes it\n            /c/wine/1\n"
        );
        let unfinished = told(&listing("unfinished", None, None), now);
        assert!(unfinished.contains("5 MB; shakedown setup powershell goes on"));
        let unusable = told(&listing("unusable", Some("gone"), None), now);
        assert!(unusable.contains("cannot be used: gone; shakedown setup --remove powershell"));
        let release = Unpacked {
            version: "7.6.5".into(),
            file_version: "7.6.5.500".into(),
            origin: Origin::Folder { path: "/p".into() },
        };
        let kept = told(&listing("unfinished", None, Some(release.clone())), now);
        assert!(kept.contains("the release 7.6.5 is there"), "{kept}");
        let made = Setup::Powershell(Box::new(Made {
            form: 1,
            shakedown: "0.1.0".into(),
            release,
            digest: "0a".into(),
            made: now,
            seconds: 1.0,
            proof_ms: 2,
            bytes: 3_000_000,
            remarks: Vec::new(),
        }));
        assert_eq!(
            made.line(now, 0),
            "PowerShell 7.6.5 as 5.1, made 1 minute ago, 3 MB"
        );
        assert_eq!(made.from(), "of the folder /p, whose files no hash tells");
    }
}
