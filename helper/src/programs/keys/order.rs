//! The command line of `reg query`.

use super::data;
use crate::protocol::message::{Hive, View};

/// A key as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub hive: Hive,
    /// Its path below the hive.
    pub path: String,
    /// What its path is shown as: the long name of the root, then the path as it was typed.
    pub shown: String,
}

/// Which values are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Values {
    #[default]
    All,
    Named(String),
    Default,
}

/// `/f` with what is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    pub pattern: String,
    pub keys: bool,
    pub names: bool,
    pub data: bool,
    pub case: bool,
    pub exact: bool,
}

/// A call taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub key: Named,
    pub view: Option<View>,
    pub values: Values,
    pub all_below: bool,
    pub search: Option<Search>,
    /// `/t`: only values of this type.
    pub kind: Option<u32>,
    /// `/z`: numbers of types, too.
    pub numbers: bool,
    /// `/se`.
    pub separator: String,
}

/// Why a call is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// What `reg` itself says.
    Said(String),
    /// Not done here.
    NotHere(String),
}

/// Short and long names of the roots.
const ROOTS: [(&str, &str, Hive, &str); 5] = [
    ("HKLM", "HKEY_LOCAL_MACHINE", Hive::Hklm, ""),
    ("HKCU", "HKEY_CURRENT_USER", Hive::Hkcu, ""),
    ("HKCR", "HKEY_CLASSES_ROOT", Hive::Hkcr, ""),
    ("HKU", "HKEY_USERS", Hive::Hku, ""),
    (
        "HKCC",
        "HKEY_CURRENT_CONFIG",
        Hive::Hklm,
        r"SYSTEM\CurrentControlSet\Hardware Profiles\Current",
    ),
];

fn said(what: &str) -> Wrong {
    Wrong::Said(format!("ERROR: {what}\r\nType \"REG QUERY /?\" for usage."))
}

/// Reads the arguments behind `query`.
///
/// # Errors
/// They are wrong, or are not done here.
pub fn read(args: &[String]) -> Result<Order, Wrong> {
    let syntax = || said("Invalid syntax.");
    let mut args = args.iter().peekable();
    let key = named(args.next().ok_or_else(syntax)?)?;
    let mut order = Order {
        key,
        view: None,
        values: Values::All,
        all_below: false,
        search: None,
        kind: None,
        numbers: false,
        separator: r"\0".into(),
    };
    let mut pattern = None;
    let (mut keys, mut names, mut data, mut case, mut exact) = (false, false, false, false, false);
    let mut seen: Vec<String> = Vec::new();
    while let Some(arg) = args.next() {
        let option = arg
            .strip_prefix(['/', '-'])
            .ok_or_else(syntax)?
            .to_lowercase();
        // Both views are one option, and no option may stand twice.
        let once = option.split(':').next().unwrap_or_default().to_owned();
        if seen.contains(&once) {
            return Err(syntax());
        }
        seen.push(once);
        let mut value = || args.next().cloned().ok_or_else(syntax);
        match option.as_str() {
            "s" => order.all_below = true,
            "ve" => order.values = Values::Default,
            "v" => match args.next_if(|next| !next.starts_with('/')) {
                Some(name) if name.is_empty() => order.values = Values::Default,
                Some(name) => order.values = Values::Named(name.clone()),
                None => names = true,
            },
            "f" => pattern = Some(value()?),
            "k" => keys = true,
            "d" => data = true,
            "c" => case = true,
            "e" => exact = true,
            "z" => order.numbers = true,
            "t" => order.kind = Some(data::kind(&value()?).ok_or_else(syntax)?),
            "se" => order.separator = value()?,
            "reg:32" => order.view = Some(View::Bits32),
            "reg:64" => order.view = Some(View::Bits64),
            _ => return Err(syntax()),
        }
    }
    let given = |option: &str| seen.iter().any(|s| s == option);
    if given("v") && given("ve") {
        return Err(syntax());
    }
    match pattern {
        // A lone /v names no value.
        None if keys || names || data || case || exact => return Err(syntax()),
        None => {}
        Some(_) if order.values != Values::All => {
            return Err(Wrong::NotHere(
                "/f together with one value is not played".into(),
            ));
        }
        Some(pattern) => {
            let any = keys || names || data;
            order.search = Some(Search {
                pattern,
                keys: keys || !any,
                names: names || !any,
                data: data || !any,
                case,
                exact,
            });
        }
    }
    Ok(order)
}

fn named(text: &str) -> Result<Named, Wrong> {
    if text.starts_with(r"\\") {
        return Err(Wrong::NotHere("no other computer is reached".into()));
    }
    let text = text.strip_suffix('\\').unwrap_or(text);
    let (root, path) = text.split_once('\\').unwrap_or((text, ""));
    let found = ROOTS.iter().find(|(short, long, ..)| {
        root.eq_ignore_ascii_case(short) || root.eq_ignore_ascii_case(long)
    });
    let Some((_, long, hive, above)) = found else {
        return Err(said("Invalid key name."));
    };
    let join = |above: &str| match (above, path) {
        (above, "") => above.to_owned(),
        ("", path) => path.to_owned(),
        (above, path) => format!(r"{above}\{path}"),
    };
    Ok(Named {
        hive: *hive,
        path: join(above),
        shown: join(long),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(line: &str) -> Result<Order, Wrong> {
        read(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn keys_and_options_are_read() {
        let order = of(r"hklm\Software\ /s /f Bright /k /d /c /e /reg:32 /t reg_sz").unwrap();
        assert_eq!(order.key.shown, r"HKEY_LOCAL_MACHINE\Software");
        assert_eq!(
            (order.key.path.as_str(), order.view),
            ("Software", Some(View::Bits32))
        );
        let search = order.search.unwrap();
        assert!(search.keys && search.data && !search.names && search.case && search.exact);
        assert_eq!(order.kind, Some(1));
        let search = of("HKCU /f x").unwrap().search.unwrap();
        assert!(search.keys && search.names && search.data);
        let search = of("HKCU /v /f x").unwrap().search.unwrap();
        assert!(!search.keys && search.names && !search.data);
        assert_eq!(of("HKU /v a").unwrap().values, Values::Named("a".into()));
    }

    #[test]
    fn what_is_wrong_is_said_and_what_is_not_done_refused() {
        for line in [
            "HKXX",
            "HKCU /v",
            "HKCU /s /s",
            "HKCU /reg:32 /reg:64",
            "HKCU /v a /ve",
            "HKCU /k",
            "HKCU x",
        ] {
            assert!(matches!(of(line), Err(Wrong::Said(_))), "{line}");
        }
        for line in [r"\\PC\HKLM", "HKLM /v a /f b"] {
            assert!(matches!(of(line), Err(Wrong::NotHere(_))), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_taken(line in "(HK[A-Z]{1,2})?[ /a-z\\\\]{0,30}") {
            let _ = of(&line);
        }
    }
}
