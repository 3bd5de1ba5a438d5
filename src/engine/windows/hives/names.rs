//! Keys of a dump under the names that footprints have for them.

/// A name of Wine's and the one it is told under; the parts before it are told already.
const PARTS: [(&str, &str); 6] = [
    (r"software", "SOFTWARE"),
    (r"software\wow6432node", r"SOFTWARE\WOW6432Node"),
    (r"system", "SYSTEM"),
    (r"system\controlset001", r"SYSTEM\CurrentControlSet"),
    (r"hardware", "HARDWARE"),
    (r"security", "SECURITY"),
];

/// Whose names the keys of a dump have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Wine's, whose only user stands for SYSTEM.
    Wine,
    /// Windows' own: each user has a hive.
    Windows,
}

/// SYSTEM's own hive, Wine's only user.
const SYSTEM: &str = r"HKU\S-1-5-18";

/// Keys with all below them that Wine writes for itself.
const OWN: [&str; 14] = [
    r"hklm\software\wine",
    r"hku\s-1-5-18\software\wine",
    r"hku\.default\software\wine",
    // What a console looks like, when one is first opened.
    r"hku\s-1-5-18\console",
    // Its display adapter, with the time it was last looked for.
    r"hklm\system\currentcontrolset\control\class\{4d36e968-e325-11ce-bfc1-08002be10318}",
    r"hklm\system\currentcontrolset\enum\pci",
    // The monitor that it makes up as soon as something asks for a screen.
    r"hklm\system\currentcontrolset\control\class\{4d36e96e-e325-11ce-bfc1-08002be10318}",
    r"hklm\system\currentcontrolset\enum\display",
    // Windows Installer makes it to look for the .NET Framework.
    r"hklm\software\microsoft\net framework setup\ndp\v2.0.50727",
    // The script host registers its own types when it first runs.
    r"hklm\software\classes\typelib\{60254ca0-953b-11cf-8c96-00aa00b8708c}",
    r"hklm\software\classes\interface\{2cc5a9d1-b1e5-11d3-a286-00104bd35090}",
    r"hklm\software\classes\interface\{53bad8c1-e718-11cf-893d-00a0c9054228}",
    r"hklm\software\classes\interface\{91afbd1b-5feb-43f5-b028-e2ca960617ec}",
    // The types of VBScript's own RegExp, which Wine registers anew when a script takes the first.
    r"hklm\software\classes\typelib\{3f4daca7-160d-11d2-a8e9-00104b365c9f}",
];

/// The hive a dump is of, from its second line: `;; All keys relative to REGISTRY\\Machine`.
pub fn root(dump: &str) -> Option<String> {
    let line = dump.lines().find(|l| l.starts_with(";;"))?;
    let (_, path) = line.split_once("relative to ")?;
    let path = path.trim().replace(r"\\", r"\");
    let path = path.trim_start_matches('\\');
    let (registry, rest) = path.split_once('\\')?;
    registry
        .eq_ignore_ascii_case("REGISTRY")
        .then(|| rest.to_owned())
}

/// A key of a dump as Windows names it in the 64-bit view; none of a hive that Windows does not have.
pub fn told(root: &str, path: &str, names: Names) -> Option<String> {
    let whole = match (root, path) {
        (root, "") => root.to_owned(),
        (root, path) => format!(r"{root}\{path}"),
    };
    let (hive, rest) = whole.split_once('\\').unwrap_or((&whole, ""));
    if hive.eq_ignore_ascii_case("machine") {
        return Some(
            format!(r"HKLM\{}", of_machine(rest))
                .trim_end_matches('\\')
                .to_owned(),
        );
    }
    if !hive.eq_ignore_ascii_case("user") {
        return None;
    }
    let (user, rest) = rest.split_once('\\').unwrap_or((rest, ""));
    let user = match (user.to_lowercase().as_str(), names) {
        (".default", _) => r"HKU\.DEFAULT".to_owned(),
        (_, Names::Wine) => SYSTEM.to_owned(),
        (_, Names::Windows) => format!(r"HKU\{user}"),
    };
    Some(format!(r"{user}\{rest}").trim_end_matches('\\').to_owned())
}

fn of_machine(path: &str) -> String {
    let folded = path.to_lowercase();
    let known = PARTS.iter().rev().find(|(wines, _)| {
        folded
            .strip_prefix(wines)
            .is_some_and(|r| r.is_empty() || r.starts_with('\\'))
    });
    match known {
        // Letters of other cases have the same length here: the parts are ASCII.
        Some((wines, windows)) => format!("{windows}{}", &path[wines.len()..]),
        None => path.to_owned(),
    }
}

/// Whether a key, as told, is one that Wine writes for itself.
pub fn wines_own(key: &str) -> bool {
    let folded = key.to_lowercase().replace(r"\wow6432node", "");
    OWN.iter().any(|own| {
        folded
            .strip_prefix(own)
            .is_some_and(|r| r.is_empty() || r.starts_with('\\'))
    })
}

/// Windows' store of root certificates, and SYSTEM's own.
const ROOTS: [&str; 2] = [
    r"hklm\software\microsoft\systemcertificates\root",
    r"hku\s-1-5-18\software\microsoft\systemcertificates\root",
];

/// What a key, as told, is in a store of root certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The store itself, or one of its folders.
    Folder,
    /// One certificate: the key is its thumbprint.
    Certificate,
}

/// Whether a key, as told, lies in a store of root certificates.
pub fn root_store(key: &str) -> Option<Root> {
    let folded = key.to_lowercase().replace(r"\wow6432node", "");
    let rest = ROOTS.iter().find_map(|r| folded.strip_prefix(r))?;
    match rest {
        "" | r"\certificates" | r"\crls" | r"\ctls" => Some(Root::Folder),
        _ => rest
            .strip_prefix(r"\certificates\")
            .map(|_| Root::Certificate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_names_of_windows() {
        for (root, path, name) in [
            ("Machine", r"Software\Bright", r"HKLM\SOFTWARE\Bright"),
            (
                "Machine",
                r"Software\Wow6432Node\Bright",
                r"HKLM\SOFTWARE\WOW6432Node\Bright",
            ),
            ("Machine", r"Softwarez\x", r"HKLM\Softwarez\x"),
            (
                "Machine",
                r"System\ControlSet001\Services\BvAntiSrv",
                r"HKLM\SYSTEM\CurrentControlSet\Services\BvAntiSrv",
            ),
            (r"Machine\Software", "Bright", r"HKLM\SOFTWARE\Bright"),
            (
                r"User\S-1-5-21-0-0-0-1000",
                r"Software\x",
                r"HKU\S-1-5-18\Software\x",
            ),
            (r"User", r".Default\Software\x", r"HKU\.DEFAULT\Software\x"),
            ("Machine", "", "HKLM"),
        ] {
            assert_eq!(told(root, path, Names::Wine).as_deref(), Some(name));
        }
        let own = told(r"User\S-1-5-21-1-2-3-500", r"Software\x", Names::Windows);
        assert_eq!(own.as_deref(), Some(r"HKU\S-1-5-21-1-2-3-500\Software\x"));
        assert_eq!(told("Weird", "x", Names::Wine), None);
        let dump = "WINE REGISTRY Version 2\n;; All keys relative to REGISTRY\\\\Machine\n";
        assert_eq!(root(dump).as_deref(), Some("Machine"));
    }

    #[test]
    fn wines_keys_are_known() {
        assert!(wines_own(r"HKU\S-1-5-18\Software\Wine\Drivers"));
        assert!(wines_own(r"HKLM\SOFTWARE\WOW6432Node\Wine"));
        assert!(!wines_own(r"HKLM\SOFTWARE\WineCellar"));
        let types = r"HKLM\SOFTWARE\Classes\Typelib";
        let regexp = "{3F4DACA7-160D-11D2-A8E9-00104B365C9F}";
        assert!(wines_own(&format!(r"{types}\{regexp}\5.5\HELPDIR")));
        assert!(!wines_own(types));
        assert!(!wines_own(&format!(
            r"{types}\{{0B4C1A7E-0000-4000-8000-000000000001}}"
        )));
        let framework = |key: &str| {
            wines_own(&format!(
                r"HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP\{key}"
            ))
        };
        assert!(framework("v2.0.50727") && !framework("v4") && !framework("v3.5"));
    }

    #[test]
    fn root_certificates_are_known_by_their_thumbprint() {
        let at = |below: &str| root_store(&format!(r"HKLM\SOFTWARE\Microsoft\{below}"));
        assert_eq!(at(r"SystemCertificates\Root"), Some(Root::Folder));
        assert_eq!(at(r"SystemCertificates\ROOT\CRLs"), Some(Root::Folder));
        let one = at(r"SystemCertificates\Root\Certificates\0A1B");
        assert_eq!(one, Some(Root::Certificate));
        assert_eq!(at(r"SystemCertificates\CA\Certificates\0A1B"), None);
    }
}
