//! Where this machine's own apt takes Debian's packages from (sources.list(5)).

use std::fs;
use std::path::Path;

/// Largest file of sources that is read.
const LARGEST: u64 = 1 << 20;

/// Names under which Debian's main archive offers its releases.
const SUITES: [&str; 13] = [
    "stable",
    "oldstable",
    "oldoldstable",
    "testing",
    "unstable",
    "sid",
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "duke",
    "buster",
    "experimental",
];

/// The mirror of Debian's main archive that this machine uses; none where it uses none.
pub fn of_this_machine(etc_apt: &Path) -> Option<String> {
    let mut files = vec![etc_apt.join("sources.list")];
    if let Ok(entries) = fs::read_dir(etc_apt.join("sources.list.d")) {
        let mut parts: Vec<_> = entries.flatten().map(|e| e.path()).collect();
        parts.sort();
        files.extend(parts);
    }
    files.iter().find_map(|path| {
        let ending = path.extension()?.to_str()?;
        let small = fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= LARGEST);
        let text = small.then(|| fs::read_to_string(path).ok()).flatten()?;
        match ending {
            "list" => from_lines(&text),
            "sources" => from_stanzas(&text),
            _ => None,
        }
    })
}

/// From one-line style: `deb [options] URI SUITE COMPONENT...`.
fn from_lines(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix("deb")?;
        let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(options) => options.split_once(']')?.1,
            None => rest,
        };
        let mut words = rest.split_whitespace();
        let (uri, suite) = (words.next()?, words.next()?);
        let main = words.any(|w| w == "main");
        usable(uri, &[suite], main)
    })
}

/// From deb822 style: stanzas of `Types:`, `URIs:`, `Suites:`, `Components:`.
fn from_stanzas(text: &str) -> Option<String> {
    let mut stanza: Vec<(String, Vec<&str>)> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            if let Some(found) = from_stanza(&stanza) {
                return Some(found);
            }
            stanza.clear();
        } else if line.starts_with('#') {
        } else if line.starts_with(char::is_whitespace) {
            if let Some((_, words)) = stanza.last_mut() {
                words.extend(line.split_whitespace());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            let words = value.split_whitespace().collect();
            stanza.push((name.trim().to_ascii_lowercase(), words));
        }
    }
    None
}

fn from_stanza(stanza: &[(String, Vec<&str>)]) -> Option<String> {
    let field = |name: &str| {
        let found = stanza.iter().find(|(n, _)| n == name);
        found.map_or(&[][..], |(_, words)| words)
    };
    if field("enabled") == ["no"] || !field("types").contains(&"deb") {
        return None;
    }
    let main = field("components").contains(&"main");
    usable(field("uris").first()?, field("suites"), main)
}

/// Whether a source is Debian's main archive: told by its releases, for a mirror may have any name.
fn usable(uri: &str, suites: &[&str], main: bool) -> Option<String> {
    let web = uri.starts_with("http://") || uri.starts_with("https://");
    let debian = suites.iter().any(|s| SUITES.contains(s));
    // Others offer suites of these names too: Debian's archive is called so in every mirror's path.
    let named = uri.trim_end_matches('/').ends_with("/debian");
    (web && debian && main && named).then(|| uri.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_main_archive_counts() {
        let text = "# deb http://commented.example/debian bookworm main\n\
                    deb-src http://source.example/debian bookworm main\n\
                    deb http://tools.example/apt stable main\n\
                    deb http://security.example/debian-security bookworm-security main\n\
                    deb [arch=amd64 signed-by=/k.gpg] https://near.example/debian/ bookworm main\n";
        assert_eq!(
            from_lines(text).as_deref(),
            Some("https://near.example/debian")
        );
        assert_eq!(
            from_lines("deb http://u.example/ubuntu noble main\ndeb\ndeb [x"),
            None
        );
    }

    #[test]
    fn stanzas_are_read_with_their_folded_lines() {
        let text = "Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: trixie\nComponents: main\n\n\
                    Types: deb deb-src\n# why\nURIs:\n http://near.example/debian\nSuites: trixie trixie-updates\nComponents: main contrib";
        assert_eq!(
            from_stanzas(text).as_deref(),
            Some("http://near.example/debian")
        );
        assert_eq!(
            from_stanzas(
                "Types: deb-src\nURIs: http://x.example/debian\nSuites: sid\nComponents: main"
            ),
            None
        );
    }

    #[test]
    fn files_are_found_in_apts_folder() -> std::io::Result<()> {
        let dir = tempfile::tempdir()?;
        assert_eq!(of_this_machine(dir.path()), None);
        let parts = dir.path().join("sources.list.d");
        fs::create_dir(&parts)?;
        let line = "deb http://near.example/debian trixie main\n";
        fs::write(parts.join("debian.list.save"), line)?;
        assert_eq!(of_this_machine(dir.path()), None);
        fs::write(parts.join("debian.list"), line)?;
        let found = of_this_machine(dir.path());
        assert_eq!(found.as_deref(), Some("http://near.example/debian"));
        Ok(())
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(deb|Types:|URIs:|\\[|\\]|[ \\n:a/]){0,60}") {
            from_lines(&text);
            from_stanzas(&text);
        }
    }
}
