//! What a command line orders of `msiexec`.
//!
//! Source: Microsoft Learn, "Command-Line Options" and "Standard Installer Command-Line Options"
//! (Windows Installer).

/// What is to be done with a package, patch or product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Install,
    Uninstall,
    Repair,
    Admin,
    Advertise,
    Patch,
    /// What is no installation: a DLL registered, the service, help.
    Other,
}

/// A command line that Windows takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub action: Action,
    /// Package, patch or product code; empty for [`Action::Other`].
    pub target: String,
    pub log: Option<String>,
    /// No window at all: `/q`, `/qn`, `/quiet`.
    pub silent: bool,
    /// A restart is never done: `/norestart`, `REBOOT=S`, `REBOOT=R`.
    pub no_restart: bool,
    /// A restart is always done: `/forcerestart`, `REBOOT=F`.
    pub force_restart: bool,
}

/// Flags of `/f` and of `/l`.
const REPAIR_FLAGS: &str = "pomuecvasd";
const LOG_FLAGS: &str = "iwearucmopvx+!*";
/// Options that take a value and change nothing here: transforms, language, instance.
const WITH_VALUE: [&str; 3] = ["t", "g", "n"];
/// Options of what is no installation.
const OTHERS: [&str; 12] = [
    "y",
    "z",
    "regserver",
    "unreg",
    "unregserver",
    "unregister",
    "?",
    "h",
    "help",
    "embedding",
    "v",
    "@",
];

/// Reads the arguments behind the program's name; none: Windows takes them for a bad command line.
#[must_use]
pub fn read(args: &[String]) -> Option<Order> {
    let mut order = Order {
        action: Action::Other,
        target: String::new(),
        log: None,
        silent: false,
        no_restart: false,
        force_restart: false,
    };
    let mut acts = false;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(option) = arg.strip_prefix(['/', '-']) else {
            order.property(arg)?;
            continue;
        };
        let option = option.to_lowercase();
        if OTHERS.contains(&option.as_str()) {
            order.action = Action::Other;
            return Some(order);
        }
        let mut value = || args.next().filter(|v| !v.starts_with('/')).cloned();
        match option.as_str() {
            "passive" | "promptrestart" | "c" => {}
            "quiet" => order.silent = true,
            "norestart" => order.no_restart = true,
            "forcerestart" => order.force_restart = true,
            "log" => order.log = Some(value()?),
            "package" | "uninstall" | "update" | "a" | "p" => {
                let target = value()?;
                let action = match option.as_str() {
                    "package" => Action::Install,
                    "uninstall" => Action::Uninstall,
                    "a" => Action::Admin,
                    _ => Action::Patch,
                };
                // A patch may come with the package that it is for.
                if !acts || action == Action::Patch {
                    (order.action, order.target) = (action, target);
                }
                acts = true;
            }
            other if WITH_VALUE.contains(&other) => {
                value()?;
            }
            other => {
                let (first, rest) = (other.chars().next()?, other.get(1..).unwrap_or_default());
                let all = |of: &str| rest.chars().all(|c| of.contains(c));
                let action = match first {
                    'l' if all(LOG_FLAGS) => {
                        order.log = Some(value()?);
                        continue;
                    }
                    'q' if all("nbrf+-!") => {
                        order.silent |= rest.is_empty() || rest.starts_with('n');
                        continue;
                    }
                    'f' if all(REPAIR_FLAGS) => Action::Repair,
                    'j' if all("um") => Action::Advertise,
                    'i' => Action::Install,
                    'x' => Action::Uninstall,
                    _ => return None,
                };
                let joined = matches!(first, 'i' | 'x') && !rest.is_empty();
                order.target = match arg.get(2..) {
                    Some(target) if joined => target.to_owned(),
                    _ => value()?,
                };
                order.action = action;
                acts = true;
            }
        }
    }
    acts.then_some(order)
}

impl Order {
    /// `NAME=VALUE`; none for another word.
    fn property(&mut self, word: &str) -> Option<()> {
        let (name, value) = word.split_once('=')?;
        let named = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        if name.is_empty() || !name.chars().all(named) {
            return None;
        }
        if name == "REBOOT" {
            let first = value.chars().next().map(|c| c.to_ascii_uppercase());
            self.no_restart |= matches!(first, Some('S' | 'R'));
            self.force_restart |= first == Some('F');
        }
        Some(())
    }

    /// The target is a product code: `{8-4-4-4-12 digits}`.
    #[must_use]
    pub fn is_product(&self) -> bool {
        packed(&self.target).is_some()
    }
}

/// A product code as the registry names it: the parts of `{01234567-89AB-CDEF-0123-456789ABCDEF}`
/// turned round.
#[must_use]
pub fn packed(code: &str) -> Option<String> {
    let inner = code.strip_prefix('{')?.strip_suffix('}')?;
    let parts: Vec<&str> = inner.split('-').collect();
    let widths: Vec<usize> = parts.iter().map(|p| p.len()).collect();
    let digits = inner.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    if widths != [8, 4, 4, 4, 12] || !digits {
        return None;
    }
    let mut out: String = parts[..3].iter().flat_map(|p| p.chars().rev()).collect();
    for part in &parts[3..] {
        for pair in part.as_bytes().chunks(2) {
            out.extend(pair.iter().rev().map(|b| char::from(*b)));
        }
    }
    Some(out.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_documented_forms_are_taken() {
        use Action::{Advertise, Install, Other, Patch, Repair, Uninstall};
        for (line, action, target, silent) in [
            (
                "/i a.msi /qn /norestart /l*v x.log A=b",
                Install,
                "a.msi",
                true,
            ),
            ("-package a.msi -quiet", Install, "a.msi", true),
            ("/ia.msi /qb", Install, "a.msi", false),
            (
                "/X{0D3C5C2E-3A53-4D6A-9C61-202601000001} /q",
                Uninstall,
                "{0D3C5C2E-3A53-4D6A-9C61-202601000001}",
                true,
            ),
            ("/fvomus a.msi /qn", Repair, "a.msi", true),
            ("/jm a.msi /t x.mst", Advertise, "a.msi", false),
            ("/i a.msi /p a.msp", Patch, "a.msp", false),
            ("/y a.dll", Other, "", false),
            ("-Embedding 32", Other, "", false),
        ] {
            let order = read(&words(line)).unwrap();
            assert_eq!(
                (order.action, order.target.as_str(), order.silent),
                (action, target, silent),
                "{line}"
            );
        }
        assert_eq!(
            read(&words("/i a.msi /log b.log")).unwrap().log.as_deref(),
            Some("b.log")
        );
        assert!(
            read(&words("/i a.msi REBOOT=ReallySuppress"))
                .unwrap()
                .no_restart
        );
        assert!(read(&words("/i a.msi REBOOT=Force")).unwrap().force_restart);
    }

    #[test]
    fn other_forms_are_a_bad_command_line() {
        for line in [
            "/qn",
            "/frob a.msi",
            "/i",
            "/i /qn",
            "/i a.msi /zz",
            "a.msi",
            "/i a.msi NOVALUE",
            "/i a.msi /l*v",
        ] {
            assert_eq!(read(&words(line)), None, "{line}");
        }
    }

    #[test]
    fn product_codes_are_packed_as_the_registry_names_them() {
        assert_eq!(
            packed("{0D3C5C2E-3A53-4D6A-9C61-2026010000f1}").as_deref(),
            Some(
                "E2C5C3D035A3A6D4C9160262100000 1F"
                    .replace(' ', "")
                    .as_str()
            )
        );
        assert_eq!(packed("a.msi"), None);
    }

    proptest! {
        #[test]
        fn any_words_are_taken(args in proptest::collection::vec("\\PC{0,12}", 0..6)) {
            let order = read(&args);
            prop_assert!(order.is_none_or(|o| o.action == Action::Other || !args.is_empty()));
        }
    }
}
