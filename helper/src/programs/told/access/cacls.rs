//! `cacls`, the old form of `icacls`.
//!
//! Source: Microsoft Learn, "cacls" (deprecated; options /t /m /l /s /e /c /g /r /p /d).

use super::account::account;
use super::icacls::{change, full, matching, tree};
use super::list::{Ace, CONTAINERS, FULL, OBJECTS, perm};
use super::stored;
use crate::programs::told::desk::{Desk, Played, Stop, play, told};
use crate::programs::{Call, Ended, error_text};

/// What one call asks for.
#[derive(Default)]
struct Order {
    /// Edit the list in place of making a new one.
    edit: bool,
    below: bool,
    /// Entries to add; those of the account before it go first where `true`.
    grant: Vec<(Ace, bool)>,
    revoke: Vec<String>,
}

/// The program.
pub fn cacls(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let Some((name, rest)) = args.split_first().filter(|(n, _)| !n.starts_with('/')) else {
            return Err(Stop::refused("its help text"));
        };
        let order = read(desk, rest)?;
        let (paths, missing) = matching(name);
        if let Some(code) = missing {
            return Err(Stop::error(code.cast_signed(), error_text(code)));
        }
        run(desk, paths, &order)
    })
}

fn read(desk: &Desk<'_, '_>, args: &[String]) -> Result<Order, Stop> {
    let mut order = Order::default();
    let mut option = String::new();
    for arg in args {
        if arg.starts_with('/') {
            option = arg.to_lowercase();
            match option.as_str() {
                "/e" => order.edit = true,
                "/t" => order.below = true,
                "/c" | "/g" | "/p" | "/d" | "/r" => {}
                _ => return Err(Stop::refused(arg.clone())),
            }
            continue;
        }
        match option.as_str() {
            "/r" => order.revoke.push(account(desk, arg)?),
            "/d" => order
                .grant
                .push((ace(&account(desk, arg)?, true, FULL), true)),
            "/g" | "/p" => {
                let bad = || Stop::error(1, "The parameter is incorrect.");
                let (who, letter) = arg.rsplit_once(':').ok_or_else(bad)?;
                // C is what icacls calls M.
                let rights = match letter.to_uppercase().as_str() {
                    "C" => perm("M"),
                    "R" => perm("RX"),
                    "W" => perm("W"),
                    "F" => perm("F"),
                    "N" => perm("N"),
                    _ => None,
                };
                let (_, rights) = rights.ok_or_else(bad)?;
                let entry = ace(&account(desk, who)?, false, rights);
                order.grant.push((entry, option == "/p"));
            }
            _ => return Err(Stop::error(1, "The parameter is incorrect.")),
        }
    }
    if !order.edit && !order.grant.is_empty() {
        // It asks "Are you sure (Y/N)?" and nobody answers.
        return Err(Stop::refused("a new list without /E, which asks first"));
    }
    Ok(order)
}

fn ace(who: &str, deny: bool, rights: u32) -> Ace {
    Ace {
        who: who.to_owned(),
        deny,
        flags: OBJECTS | CONTAINERS,
        rights,
    }
}

fn run(desk: &mut Desk<'_, '_>, paths: Vec<std::path::PathBuf>, order: &Order) -> Played {
    let changes = !order.grant.is_empty() || !order.revoke.is_empty();
    let all = if order.below { tree(paths)? } else { paths };
    for path in all {
        let (full, folder) = (full(&path), path.is_dir());
        if !changes {
            let list = stored::whole(desk, &full, folder)?;
            let indent = " ".repeat(full.chars().count());
            for (n, ace) in list.iter().enumerate() {
                let before = if n == 0 { &full } else { &indent };
                // It shows no word for "inherited", and C where icacls has M.
                let words = ace.words().replace("(I)", "");
                let (flags, rights) = words.rsplit_once('(').unwrap_or(("", &words));
                let rights = rights
                    .trim_end_matches(')')
                    .replace("RX", "R")
                    .replace('M', "C");
                desk.out(format!("{before} {}:{flags}{rights}", ace.who));
            }
            desk.out("");
            continue;
        }
        let mut own = stored::own(desk, &full)?;
        for who in &order.revoke {
            own.aces.retain(|a| a.who != *who || a.deny);
        }
        for (entry, replace) in &order.grant {
            let mut entry = entry.clone();
            if !folder {
                entry.flags = 0;
            }
            if *replace {
                own.aces.retain(|a| a.who != entry.who);
            }
            own.aces.insert(0, entry);
        }
        change(desk, &full, folder, &own)?;
        let kind = if folder { "dir" } else { "file" };
        desk.out(format!("processed {kind}: {full}"));
    }
    told(0)
}
