//! `reg query`: a key with its values, all below it, and the search through them.

use super::order::{self, Order, Search, Values, Wrong};
use super::{Content, data};
use crate::os;
use crate::programs::text::wild;
use crate::programs::{Call, Ended};
use crate::protocol::message::{KeyPath, View};

/// What `reg` says of a key or value that is not there.
const MISSING: &str = "ERROR: The system was unable to find the specified registry key or value.";
/// Keys lie no deeper in Windows.
const DEEPEST: usize = 512;

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match order::read(&call.args[1..]) {
        Ok(order) => order,
        Err(Wrong::Said(what)) => {
            call.complain(what);
            return Ended::done(1);
        }
        Err(Wrong::NotHere(what)) => return call.refuse(what),
    };
    let usual = match os::own::is_narrow() {
        true => View::Bits32,
        false => View::Bits64,
    };
    let mut refused = None;
    let found = {
        let read = |path: &str| {
            let key = KeyPath {
                hive: order.key.hive,
                path: path.to_owned(),
                view: order.view.unwrap_or(usual),
            };
            os::values::content(&key).unwrap_or_else(|e| {
                refused.get_or_insert(e);
                None
            })
        };
        query(&order, read)
    };
    if let (None, Some(e)) = (&found, refused) {
        return call.refuse(format_args!("the registry cannot be read: {e}"));
    }
    let Some(Found { lines, matches }) = found else {
        call.complain(MISSING);
        return Ended::done(1);
    };
    for line in lines {
        call.say(line);
    }
    Ended::done(i32::from(matches == 0))
}

/// What is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Found {
    lines: Vec<String>,
    /// Keys and values that were found; where nothing is searched, 1.
    matches: usize,
}

/// Answers a call over keys that `read` gives; none: the key or the value is not there.
fn query(order: &Order, mut read: impl FnMut(&str) -> Option<Content>) -> Option<Found> {
    let top = read(&order.key.path)?;
    let mut found = Found::default();
    match (&order.search, &order.values) {
        (None, Values::All) => {
            plain(order, top, read, &mut found);
            found.matches = 1;
        }
        (None, _) if !order.all_below => {
            let rows = rows(order, &top, &|_| true);
            if rows.is_empty() {
                return None;
            }
            found.lines = vec![String::new(), order.key.shown.clone()];
            found.lines.extend(rows);
            found.lines.push(String::new());
            found.matches = 1;
        }
        _ => {
            search(order, top, read, &mut found);
            found.lines.push(String::new());
            let count = found.matches;
            found
                .lines
                .push(format!("End of search: {count} match(es) found."));
        }
    }
    Some(found)
}

/// A key and what is below it: its keys by name, or each with its values.
fn plain(
    order: &Order,
    top: Content,
    mut read: impl FnMut(&str) -> Option<Content>,
    found: &mut Found,
) {
    found.lines.push(String::new());
    let own = rows(order, &top, &|_| true);
    if !own.is_empty() {
        found.lines.push(order.key.shown.clone());
        found.lines.extend(own);
        found.lines.push(String::new());
    }
    if !order.all_below {
        let below = top.keys.iter().map(|k| format!(r"{}\{k}", order.key.shown));
        found.lines.extend(below);
        return;
    }
    walk(order, &top, &mut read, &mut |shown, key| {
        found.lines.push(shown.to_owned());
        found.lines.extend(rows(order, key, &|_| true));
        found.lines.push(String::new());
    });
}

/// Keys and values that a search or the name of a value means.
fn search(
    order: &Order,
    top: Content,
    mut read: impl FnMut(&str) -> Option<Content>,
    found: &mut Found,
) {
    let mut look = |shown: &str, content: &Content, below: bool| {
        let name = shown.rsplit('\\').next().unwrap_or_default();
        let named = below
            && order
                .search
                .as_ref()
                .is_some_and(|s| s.keys && s.finds(name));
        let values = rows(order, content, &|value| match &order.search {
            Some(search) => search.takes(value, &order.separator),
            None => true,
        });
        if !named && values.is_empty() {
            return;
        }
        found.lines.push(String::new());
        found.lines.push(shown.to_owned());
        found.matches += usize::from(named) + values.len();
        found.lines.extend(values);
    };
    look(&order.key.shown, &top, false);
    if order.all_below {
        walk(order, &top, &mut read, &mut |shown, key| {
            look(shown, key, true)
        });
        return;
    }
    // Of keys directly below, their names alone are looked at.
    for key in &top.keys {
        let shown = format!(r"{}\{key}", order.key.shown);
        look(&shown, &Content::default(), true);
    }
}

/// Every key below one, parents first, in the registry's order.
fn walk(
    order: &Order,
    top: &Content,
    read: &mut impl FnMut(&str) -> Option<Content>,
    each: &mut impl FnMut(&str, &Content),
) {
    let mut waiting: Vec<(String, usize)> = Vec::new();
    let queue =
        |above: &str, depth: usize, content: &Content, waiting: &mut Vec<(String, usize)>| {
            for key in content.keys.iter().rev() {
                let below = match above {
                    "" => key.clone(),
                    above => format!(r"{above}\{key}"),
                };
                waiting.push((below, depth));
            }
        };
    queue("", 1, top, &mut waiting);
    while let Some((below, depth)) = waiting.pop() {
        let path = match order.key.path.as_str() {
            "" => below.clone(),
            above => format!(r"{above}\{below}"),
        };
        let Some(content) = read(&path) else { continue };
        each(&format!(r"{}\{below}", order.key.shown), &content);
        if depth < DEEPEST {
            queue(&below, depth + 1, &content, &mut waiting);
        }
    }
}

type Value = (String, u32, Vec<u8>);

/// Lines of the values that are wanted.
fn rows(order: &Order, content: &Content, wanted: &dyn Fn(&Value) -> bool) -> Vec<String> {
    let chosen = content.values.iter().filter(|(name, kind, _)| {
        let named = match &order.values {
            Values::All => true,
            Values::Default => name.is_empty(),
            Values::Named(wanted) => name.to_lowercase() == wanted.to_lowercase(),
        };
        named && order.kind.is_none_or(|k| k == *kind)
    });
    let mut lines: Vec<String> = chosen
        .filter(|value| wanted(value))
        .map(|(name, kind, bytes)| {
            let name = if name.is_empty() { "(Default)" } else { name };
            let number = match order.numbers {
                true => format!(" ({kind})"),
                false => String::new(),
            };
            let shown = data::shown(*kind, bytes, &order.separator);
            format!("    {name}    {}{number}    {shown}", data::name(*kind))
        })
        .collect();
    if lines.is_empty() && order.values == Values::Default && !order.all_below {
        lines.push("    (Default)    REG_SZ    (value not set)".into());
    }
    lines
}

impl Search {
    /// Whether a text has the pattern in it, or is it.
    fn finds(&self, text: &str) -> bool {
        let folded = |text: &str| match self.case {
            true => text.to_owned(),
            false => text.to_lowercase(),
        };
        let (text, pattern) = (folded(text), folded(&self.pattern));
        match (pattern.contains(['*', '?']), self.exact) {
            (true, true) => wild(&pattern, &text),
            (true, false) => wild(&format!("*{pattern}*"), &text),
            (false, true) => text == pattern,
            (false, false) => text.contains(&pattern),
        }
    }

    fn takes(&self, (name, kind, bytes): &Value, separator: &str) -> bool {
        self.names && self.finds(name)
            || self.data && self.finds(&data::shown(*kind, bytes, separator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sz(name: &str, text: &str) -> Value {
        let bytes = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
        (name.into(), 1, bytes.collect())
    }

    /// `Uninstall` with two products, one of them with a key below.
    fn registry(path: &str) -> Option<Content> {
        let content = |keys: &[&str], values: Vec<Value>| Content {
            keys: keys.iter().map(|k| (*k).to_owned()).collect(),
            values,
        };
        Some(match path {
            "Uninstall" => content(&["{1}", "Other"], vec![]),
            r"Uninstall\{1}" => content(
                &["More"],
                vec![
                    sz("DisplayName", "Bright Antivirus"),
                    ("Size".into(), 11, 7_u64.to_le_bytes().to_vec()),
                ],
            ),
            r"Uninstall\{1}\More" => content(&[], vec![]),
            r"Uninstall\Other" => content(&[], vec![sz("", "x"), sz("DisplayName", "Other")]),
            _ => return None,
        })
    }

    fn asked(line: &str) -> Option<(usize, String)> {
        let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let order = order::read(&args).unwrap();
        query(&order, registry).map(|f| (f.matches, f.lines.join("\n")))
    }

    const ROOT: &str = r"HKEY_LOCAL_MACHINE\Uninstall";

    #[test]
    fn a_key_is_shown_with_its_values_or_its_keys() {
        let below = format!("\n{ROOT}\\{{1}}\n{ROOT}\\Other");
        assert_eq!(asked(r"HKLM\Uninstall").unwrap().1, below);
        assert_eq!(
            asked(r"HKLM\Uninstall\{1}").unwrap().1,
            format!(
                "\n{ROOT}\\{{1}}\n    DisplayName    REG_SZ    Bright Antivirus\n    Size    REG_QWORD    0x7\n\n{ROOT}\\{{1}}\\More"
            )
        );
        assert_eq!(
            asked(r"HKLM\Uninstall /s").unwrap().1,
            format!(
                "\n{ROOT}\\{{1}}\n    DisplayName    REG_SZ    Bright Antivirus\n    Size    REG_QWORD    0x7\n\n\
                 {ROOT}\\{{1}}\\More\n\n{ROOT}\\Other\n    (Default)    REG_SZ    x\n    DisplayName    REG_SZ    Other\n"
            )
        );
        assert_eq!(asked(r"HKLM\Nothing"), None);
    }

    #[test]
    fn a_value_is_found_by_its_name() {
        let one = asked(r"HKLM\Uninstall\{1} /v size").unwrap().1;
        assert_eq!(
            one,
            format!("\n{ROOT}\\{{1}}\n    Size    REG_QWORD    0x7\n")
        );
        assert_eq!(asked(r"HKLM\Uninstall\{1} /v None"), None);
        assert!(
            asked(r"HKLM\Uninstall\{1} /ve")
                .unwrap()
                .1
                .contains("(value not set)")
        );
        let (count, text) = asked(r"HKLM\Uninstall /s /v DisplayName").unwrap();
        assert_eq!(count, 2);
        assert!(
            text.ends_with("\n\nEnd of search: 2 match(es) found."),
            "{text}"
        );
    }

    #[test]
    fn a_search_finds_keys_names_and_data() {
        for (options, count) in [
            ("/s /f bright", 1),
            ("/s /f bright /d", 1),
            ("/s /f bright /c", 0),
            ("/s /f bright /k", 0),
            ("/s /f Bright /e", 0),
            ("/s /f other", 2),
            ("/f oth /k", 1),
            ("/f oth /k /e", 0),
            ("/f bright", 0),
            ("/s /v /f display", 2),
            ("/s /f * /t REG_QWORD /d", 1),
            ("/s /f B*t /d", 1),
        ] {
            let (found, text) = asked(&format!(r"HKLM\Uninstall {options}")).unwrap();
            assert_eq!(found, count, "{options}: {text}");
        }
        let text = asked(r"HKLM\Uninstall /s /f bright").unwrap().1;
        assert_eq!(
            text,
            format!(
                "\n{ROOT}\\{{1}}\n    DisplayName    REG_SZ    Bright Antivirus\n\nEnd of search: 1 match(es) found."
            )
        );
    }
}
