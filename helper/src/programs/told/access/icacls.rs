//! `icacls`.
//!
//! Source: Microsoft Learn, "icacls" (options, letters, wording of its results); exit codes are those
//! of Windows' errors, as measured by others: 2 for a missing file, 1332 for an unknown account, 87
//! for a wrong option.

use super::account::{OF_SYSTEM, account};
use super::list::{Ace, FULL, INHERITED, given, perm};
use super::stored::{self, Own};
use crate::programs::text::wild;
use crate::programs::told::desk::{Desk, Stop, play, told};
use crate::programs::told::pipe::is_pipe_file;
use crate::programs::{Call, Ended, error_text};
use std::path::{Path, PathBuf};

const INVALID: i32 = 87;
/// Most files that one call goes through.
const MOST: usize = 200_000;
const HELP: &str = "\nICACLS name /save aclfile [/T] [/C] [/L] [/Q]\n    stores the DACLs for the files and folders that match the name\n    into aclfile for later use with /restore.\n\nICACLS name /setowner user [/T] [/C] [/L] [/Q]\n    changes the owner of all matching names.\n\nICACLS name /reset [/T] [/C] [/L] [/Q]\n    replaces ACLs with default inherited ACLs for all matching files.\n\nICACLS name [/grant[:r] Sid:perm[...]]\n       [/deny Sid:perm [...]]\n       [/remove[:g|:d]] Sid[...]] [/T] [/C] [/L] [/Q]\n       [/inheritance:e|d|r]";

/// One change that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Add { ace: Ace, replace: bool },
    Remove { who: String, kinds: [bool; 2] },
    Owner(String),
    Inheritance(char),
    Reset,
}

/// What an option of one word is.
#[derive(Debug, Default)]
struct Order {
    changes: Vec<Change>,
    below: bool,
    go_on: bool,
    quiet: bool,
}

/// The program.
pub fn icacls(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let Some((name, rest)) = args.split_first().filter(|(n, _)| *n != "/?") else {
            desk.out(HELP);
            return told(0);
        };
        if name.starts_with('/') {
            return Err(wrong(name));
        }
        let order = read(desk, rest)?;
        let (paths, missing) = matching(name);
        let (mut good, mut bad, mut exit) = (0_usize, 0_usize, 0);
        if let Some(code) = missing {
            desk.err(format!("{name}: {}", error_text(code)));
            bad += 1;
            exit = code.cast_signed();
        }
        let all = if order.below { tree(paths)? } else { paths };
        for path in &all {
            match one(desk, path, &order) {
                Ok(()) => good += 1,
                Err(Stop::Windows { exit: code, text }) if order.go_on => {
                    desk.err(text);
                    bad += 1;
                    exit = code;
                }
                Err(stop) => return Err(stop),
            }
        }
        desk.out(format!(
            "Successfully processed {good} files; Failed processing {bad} files"
        ));
        told(exit)
    })
}

fn wrong(option: &str) -> Stop {
    Stop::error(INVALID, format!("Invalid parameter \"{option}\""))
}

fn read(desk: &Desk<'_, '_>, args: &[String]) -> Result<Order, Stop> {
    let mut order = Order::default();
    let mut args = args.iter().peekable();
    while let Some(arg) = args.next() {
        let lower = arg.to_lowercase();
        let mut words = Vec::new();
        while let Some(word) = args.next_if(|a| !a.starts_with('/')) {
            words.push(word.clone());
        }
        match lower.as_str() {
            "/t" => order.below = true,
            "/c" => order.go_on = true,
            "/q" => order.quiet = true,
            // There are no links on a device.
            "/l" => {}
            "/grant" | "/grant:r" | "/deny" => {
                if words.is_empty() {
                    return Err(wrong(arg));
                }
                for word in &words {
                    let replace = lower.ends_with(":r");
                    let ace = entry(desk, word, lower == "/deny")?;
                    order.changes.push(Change::Add { ace, replace });
                }
                continue;
            }
            "/remove" | "/remove:g" | "/remove:d" => {
                let kinds = [!lower.ends_with(":d"), !lower.ends_with(":g")];
                if words.is_empty() {
                    return Err(wrong(arg));
                }
                for word in &words {
                    let who = account(desk, word)?;
                    order.changes.push(Change::Remove { who, kinds });
                }
                continue;
            }
            "/setowner" => match words.as_slice() {
                [who] => {
                    order.changes.push(Change::Owner(account(desk, who)?));
                    continue;
                }
                _ => return Err(wrong(arg)),
            },
            "/reset" => order.changes.push(Change::Reset),
            "/inheritance:e" | "/inheritance:d" | "/inheritance:r" => {
                let kind = lower.chars().last().unwrap_or('e');
                order.changes.push(Change::Inheritance(kind));
            }
            "/save" | "/restore" | "/substitute" | "/findsid" | "/verify"
            | "/setintegritylevel" => {
                return Err(Stop::refused(arg.clone()));
            }
            _ => return Err(wrong(arg)),
        }
        if let Some(word) = words.first() {
            return Err(wrong(word));
        }
    }
    Ok(order)
}

/// `Users:(OI)(CI)F`.
fn entry(desk: &Desk<'_, '_>, word: &str, deny: bool) -> Result<Ace, Stop> {
    let (who, words) = word.rsplit_once(':').ok_or_else(|| wrong(word))?;
    let (flags, rights) = perm(words).ok_or_else(|| wrong(word))?;
    Ok(Ace {
        who: account(desk, who)?,
        deny,
        flags,
        rights,
    })
}

/// Shows or changes one file's list.
fn one(desk: &mut Desk<'_, '_>, path: &Path, order: &Order) -> Result<(), Stop> {
    let (full, folder) = (full(path), path.is_dir());
    let shown = path.display().to_string();
    if order.changes.is_empty() {
        let list = stored::whole(desk, &full, folder)?;
        let indent = " ".repeat(shown.chars().count());
        for (n, ace) in list.iter().enumerate() {
            let before = if n == 0 { &shown } else { &indent };
            desk.out(format!("{before} {}:{}", ace.who, ace.words()));
        }
        if list.is_empty() {
            desk.out(&shown);
        }
        desk.out("");
        return Ok(());
    }
    let mut own = stored::own(desk, &full)?;
    for change in &order.changes {
        apply(desk, &full, folder, &mut own, change)?;
    }
    change(desk, &full, folder, &own)?;
    if !order.quiet {
        desk.out(format!("processed file: {shown}"));
    }
    Ok(())
}

/// Keeps a list, unless it would shut SYSTEM out, which nothing here would enforce.
pub fn change(desk: &Desk<'_, '_>, full: &str, folder: bool, own: &Own) -> Result<(), Stop> {
    let before = stored::own(desk, full)?;
    let had = given(&stored::whole(desk, full, folder)?, &OF_SYSTEM);
    stored::keep(desk, full, own)?;
    let has = given(&stored::whole(desk, full, folder)?, &OF_SYSTEM);
    if had & !has & FULL != 0 {
        stored::keep(desk, full, &before)?;
        return Err(Stop::refused(format!(
            "a list of {full} that takes rights from SYSTEM, which runs everything here: nothing would enforce it"
        )));
    }
    Ok(())
}

fn apply(
    desk: &Desk<'_, '_>,
    path: &str,
    folder: bool,
    own: &mut Own,
    change: &Change,
) -> Result<(), Stop> {
    match change {
        Change::Add { ace, replace } => {
            let mut ace = ace.clone();
            if !folder {
                ace.flags = 0;
            }
            let same_kind = |a: &Ace| a.who == ace.who && a.deny == ace.deny;
            if *replace {
                own.aces.retain(|a| !same_kind(a));
            }
            match own
                .aces
                .iter_mut()
                .find(|a| same_kind(a) && a.flags == ace.flags)
            {
                Some(old) => old.rights |= ace.rights,
                None => own.aces.insert(0, ace),
            }
        }
        Change::Remove { who, kinds } => {
            own.aces
                .retain(|a| a.who != *who || !kinds[usize::from(a.deny)]);
        }
        Change::Owner(who) => own.owner.clone_from(who),
        Change::Inheritance('e') => own.protected = false,
        Change::Inheritance(kind) => {
            if *kind == 'd' && !own.protected {
                let mut from = stored::from_above(desk, path, folder, &own.owner)?;
                from.iter_mut().for_each(|a| a.flags &= !INHERITED);
                own.aces.extend(from);
            }
            own.protected = true;
        }
        Change::Reset => {
            own.aces.clear();
            own.protected = false;
        }
    }
    Ok(())
}

/// The path from the drive on.
pub fn full(path: &Path) -> String {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = full.display().to_string();
    if text.ends_with(":\\") {
        text
    } else {
        text.trim_end_matches('\\').to_owned()
    }
}

/// The files that a name with or without wildcards means, and Windows' code where there are none.
pub fn matching(name: &str) -> (Vec<PathBuf>, Option<u32>) {
    let cut = name.rfind(['\\', '/', ':']).map_or(0, |at| at + 1);
    let (folder, last) = name.split_at(cut);
    if !last.contains(['*', '?']) {
        let path = PathBuf::from(name);
        return match std::fs::symlink_metadata(&path) {
            Ok(_) => (vec![path], None),
            Err(e) => (Vec::new(), Some(code(&e))),
        };
    }
    let place = if folder.is_empty() { "." } else { folder };
    match std::fs::read_dir(place) {
        Ok(entries) => {
            let names = entries.flatten().map(|e| e.file_name());
            let mut names: Vec<String> = names
                .map(|n| n.to_string_lossy().into_owned())
                .filter(|n| wild(last, n))
                .collect();
            names.sort_by_key(|n| n.to_lowercase());
            let missing = names.is_empty().then_some(2);
            let paths = names.iter().map(|n| PathBuf::from(format!("{folder}{n}")));
            (paths.collect(), missing)
        }
        Err(e) => (Vec::new(), Some(code(&e))),
    }
}

fn code(error: &std::io::Error) -> u32 {
    error.raw_os_error().map_or(2, i32::cast_unsigned)
}

/// Those paths and all below them, without the files that stand for a pipe of the caller's.
pub fn tree(paths: Vec<PathBuf>) -> Result<Vec<PathBuf>, Stop> {
    let mut all = Vec::new();
    let mut left: Vec<PathBuf> = paths.into_iter().rev().collect();
    while let Some(path) = left.pop() {
        if all.len() >= MOST {
            return Err(Stop::refused(format!("more than {MOST} files in one call")));
        }
        let below = match std::fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => std::fs::read_dir(&path).ok(),
            _ => None,
        };
        let mut inner: Vec<PathBuf> = below
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .filter(|p| !is_pipe_file(&p.to_string_lossy()))
            .collect();
        inner.sort();
        left.extend(inner.into_iter().rev());
        all.push(path);
    }
    Ok(all)
}
