//! What a call of robocopy asks for.

use std::path::PathBuf;

/// The command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    pub from: PathBuf,
    pub to: PathBuf,
    /// Names or patterns of files; none: all.
    pub files: Vec<String>,
    pub below: bool,
    /// Empty folders too.
    pub empty: bool,
    pub purge: bool,
    /// Delete files from the source after copying; folders too.
    pub take_files: bool,
    pub take_folders: bool,
    pub not_files: Vec<String>,
    pub not_folders: Vec<String>,
    pub not_older: bool,
    pub not_newer: bool,
    pub not_changed: bool,
    pub not_lonely: bool,
    pub not_extra: bool,
    pub same_too: bool,
    pub list_only: bool,
    pub retries: u32,
    /// Seconds.
    pub wait: u64,
    /// Levels of folders; 0: all.
    pub levels: usize,
    /// Bytes.
    pub most: Option<u64>,
    pub least: Option<u64>,
    pub log: Option<(String, bool)>,
    pub tee: bool,
    pub no_files: bool,
    pub no_folders: bool,
    pub no_progress: bool,
    pub no_head: bool,
    pub no_summary: bool,
    pub no_class: bool,
    pub no_size: bool,
    pub full_names: bool,
    /// As the head of the log shows them.
    pub shown: Vec<String>,
}

/// Why there is no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// robocopy's own words.
    Usage(String),
    /// It has this option; it is not played.
    NotHere(String),
}

const SIMPLE: &str = "\n       Simple Usage :: ROBOCOPY source destination /MIR\n\n             source :: Source Directory (drive:\\path or \\\\server\\share\\path).\n        destination :: Destination Dir  (drive:\\path or \\\\server\\share\\path).\n               /MIR :: Mirror a complete directory tree.\n\n    For more usage information run ROBOCOPY /?\n\n\n****  /MIR can DELETE files as well as copy them !";

fn usage(error: &str) -> Wrong {
    Wrong::Usage(format!("{error}\n{SIMPLE}").replace('\n', "\r\n"))
}

impl Order {
    /// Reads a command line.
    pub fn read(args: &[String]) -> Result<Order, Wrong> {
        let mut order = Order {
            retries: 1_000_000,
            wait: 30,
            ..Order::default()
        };
        let mut plain = Vec::new();
        let mut args = args.iter().enumerate().peekable();
        while let Some((at, arg)) = args.next() {
            let Some(option) = arg.strip_prefix('/') else {
                plain.push(arg.clone());
                continue;
            };
            if option == "?" || option == "???" {
                return Err(usage(""));
            }
            let lower = option.to_lowercase();
            if ["xf", "xd"].contains(&lower.as_str()) {
                let list = if lower == "xf" {
                    &mut order.not_files
                } else {
                    &mut order.not_folders
                };
                while let Some((_, name)) = args.next_if(|(_, a)| !a.starts_with('/')) {
                    list.push(name.trim_end_matches('\\').to_owned());
                }
                continue;
            }
            let known = order.option(&lower, option)?;
            if !known {
                return Err(usage(&format!(
                    "\nERROR : Invalid Parameter #{} : \"{arg}\"",
                    at + 1
                )));
            }
            order.shown.push(format!("/{}", option.to_uppercase()));
        }
        let mut plain = plain.into_iter();
        let trimmed = |p: String| match p.trim_end_matches('\\') {
            drive if drive.ends_with(':') => PathBuf::from(format!("{drive}\\")),
            path => PathBuf::from(path),
        };
        order.from = trimmed(
            plain
                .next()
                .ok_or_else(|| usage("\nERROR : No Source Directory Specified."))?,
        );
        order.to = trimmed(
            plain
                .next()
                .ok_or_else(|| usage("\nERROR : No Destination Directory Specified."))?,
        );
        order.files = plain.collect();
        Ok(order)
    }

    /// Takes one option; whether there is one of that name.
    fn option(&mut self, lower: &str, given: &str) -> Result<bool, Wrong> {
        let (name, value) = match lower.split_once(':') {
            Some((name, value)) => (name, Some(value)),
            None => (lower, None),
        };
        let number = || value.and_then(|v| v.parse::<u64>().ok());
        match (name, value) {
            ("s", None) => self.below = true,
            ("e", None) => (self.below, self.empty) = (true, true),
            ("mir", None) => (self.below, self.empty, self.purge) = (true, true, true),
            ("purge", None) => self.purge = true,
            ("mov", None) => self.take_files = true,
            ("move", None) => (self.take_files, self.take_folders) = (true, true),
            ("xo", None) => self.not_older = true,
            ("xn", None) => self.not_newer = true,
            ("xc", None) => self.not_changed = true,
            ("xl", None) => self.not_lonely = true,
            ("xx", None) => self.not_extra = true,
            ("is", None) => self.same_too = true,
            ("l", None) => self.list_only = true,
            ("r", Some(_)) => {
                let Some(n) = number() else { return Ok(false) };
                self.retries = u32::try_from(n).unwrap_or(u32::MAX);
            }
            ("w", Some(_)) => {
                let Some(n) = number() else { return Ok(false) };
                self.wait = n;
            }
            ("lev", Some(_)) => {
                let Some(n) = number() else { return Ok(false) };
                (self.below, self.levels) = (true, usize::try_from(n).unwrap_or(0));
            }
            ("max" | "min", Some(_)) => {
                let Some(n) = number() else { return Ok(false) };
                *(if name == "max" {
                    &mut self.most
                } else {
                    &mut self.least
                }) = Some(n);
            }
            ("log" | "log+" | "unilog" | "unilog+", Some(_)) if name.starts_with("uni") => {
                return Err(Wrong::NotHere(format!("/{given} is not played")));
            }
            ("log" | "log+", Some(_)) => {
                // The file's name keeps its letters.
                let path = given.split_once(':').map_or("", |(_, p)| p);
                self.log = Some((path.to_owned(), name == "log+"));
            }
            ("tee", None) => self.tee = true,
            ("nfl", None) => self.no_files = true,
            ("ndl", None) => self.no_folders = true,
            ("np", None) => self.no_progress = true,
            ("njh", None) => self.no_head = true,
            ("njs", None) => self.no_summary = true,
            ("nc", None) => self.no_class = true,
            ("ns", None) => self.no_size = true,
            ("fp", None) => self.full_names = true,
            // How it copies, not what; there are no links on a device.
            (
                "z" | "b" | "zb" | "j" | "mt" | "fft" | "dst" | "sl" | "xj" | "xjd" | "xjf" | "v"
                | "bytes" | "nooffload" | "compress" | "tbd" | "reg" | "it" | "256",
                _,
            ) => {
                if ["reg", "v"].contains(&name) && value.is_some() {
                    return Ok(false);
                }
            }
            ("copy", Some(what)) => only(what, "dat", given)?,
            ("dcopy", Some(what)) => only(what, "dat", given)?,
            (
                "copyall" | "sec" | "secfix" | "timfix" | "nocopy" | "create" | "efsraw" | "fat"
                | "mon" | "mot" | "rh" | "pf" | "ipg" | "job" | "save" | "quit" | "nosd" | "nodd"
                | "if" | "a" | "m" | "a+" | "a-" | "ia" | "xa" | "maxage" | "minage" | "maxlad"
                | "minlad" | "x" | "ts" | "eta" | "unicode" | "im" | "xx+" | "sd" | "sparse",
                _,
            ) => {
                return Err(Wrong::NotHere(format!("/{given} is not played")));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Data, attributes and times can be copied; lists of access, owners and audits cannot.
fn only(what: &str, can: &str, given: &str) -> Result<(), Wrong> {
    if what.chars().all(|c| can.contains(c)) {
        return Ok(());
    }
    Err(Wrong::NotHere(format!(
        "/{given} is not played: access lists and owners are not copied"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(line: &str) -> Result<Order, Wrong> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Order::read(&args)
    }

    #[test]
    fn lines() {
        let o =
            of(r"C:\a\ D:\ *.exe /MIR /xf x.tmp *.log /R:2 /W:1 /NP /LOG+:C:\Temp\L.txt").unwrap();
        assert_eq!(o.from, PathBuf::from(r"C:\a"));
        assert_eq!(o.to, PathBuf::from(r"D:\"));
        assert_eq!(o.files, ["*.exe"]);
        assert!(o.below && o.empty && o.purge && o.no_progress);
        assert_eq!(o.not_files, ["x.tmp", "*.log"]);
        assert_eq!((o.retries, o.wait), (2, 1));
        assert_eq!(o.log, Some((r"C:\Temp\L.txt".into(), true)));
        assert!(matches!(of("a"), Err(Wrong::Usage(_))));
        assert!(matches!(of("a b /nope"), Err(Wrong::Usage(w)) if w.contains("#3 : \"/nope\"")));
        assert!(matches!(of("a b /COPYALL"), Err(Wrong::NotHere(_))));
        assert!(matches!(of("a b /COPY:DATS"), Err(Wrong::NotHere(_))));
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused(line in "[ a-z/:+*0-9]{0,40}") {
            let _ = of(&line);
        }
    }
}
