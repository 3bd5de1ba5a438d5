//! The release that is taken: `release.toml`, data that a maintainer renews.

use super::files;

/// An official release for win-x64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// `7.6.5`.
    pub version: String,
    /// Address of the zip.
    pub url: String,
    /// SHA-256 of the zip: 64 hexadecimal digits in small letters.
    pub sha256: String,
    /// Address of the release's own list of hashes.
    pub hashes: String,
}

/// Why a description of a release cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("powershell/release.toml:{line}: {what}")]
pub struct BadRelease {
    /// Counted from 1; the last one for what is missing.
    pub line: usize,
    pub what: String,
}

impl Release {
    /// The one that this binary takes.
    ///
    /// # Errors
    /// Its description is of another form.
    pub fn pinned() -> Result<Release, BadRelease> {
        Release::parse(files::text("release.toml").unwrap_or_default())
    }

    /// Reads lines of `name = "value"`; `#` begins a comment.
    ///
    /// # Errors
    /// The line, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Release, BadRelease> {
        let mut fields: [(&str, Option<String>); 4] =
            ["version", "url", "sha256", "hashes"].map(|name| (name, None));
        let mut last = 1;
        for (number, line) in text.lines().enumerate() {
            last = number + 1;
            let bad = |what: String| BadRelease { line: last, what };
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line
                .split_once('=')
                .ok_or_else(|| bad("this is not `name = \"value\"`".into()))?;
            let value = value
                .trim()
                .strip_prefix('"')
                .and_then(|v| v.strip_suffix('"'));
            let value = value
                .filter(|v| !v.contains(['"', '\\']))
                .ok_or_else(|| bad("a value stands in plain quotes".into()))?;
            let name = name.trim();
            let field = fields.iter_mut().find(|(known, _)| *known == name);
            let (_, field) = field.ok_or_else(|| bad(format!("`{name}` is not known")))?;
            check(name, value).map_err(&bad)?;
            if field.replace(value.to_owned()).is_some() {
                return Err(bad(format!("`{name}` stands twice")));
            }
        }
        let missing = |name: &str| BadRelease {
            line: last,
            what: format!("`{name}` is missing"),
        };
        let [version, url, sha256, hashes] =
            fields.map(|(name, value)| value.ok_or_else(|| missing(name)));
        Ok(Release {
            version: version?,
            url: url?,
            sha256: sha256?,
            hashes: hashes?,
        })
    }

    /// Name of the zip: the last part of its address.
    pub fn file_name(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or(&self.url)
    }

    /// The same files in a folder of somebody else's server.
    pub fn at(&self, mirror: &str) -> Release {
        let mirror = mirror.trim_end_matches('/');
        let last = |url: &str| url.rsplit('/').next().unwrap_or_default().to_owned();
        Release {
            url: format!("{mirror}/{}", self.file_name()),
            hashes: format!("{mirror}/{}", last(&self.hashes)),
            ..self.clone()
        }
    }
}

fn check(name: &str, value: &str) -> Result<(), String> {
    let three = |v: &str| {
        let numbers: Vec<&str> = v.split('.').collect();
        numbers.len() == 3 && numbers.iter().all(|n| n.parse::<u16>().is_ok())
    };
    match name {
        "version" if !three(value) => Err("a version is three numbers: 7.6.5".into()),
        "sha256"
            if value.len() != 64
                || !value
                    .bytes()
                    .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) =>
        {
            Err("a SHA-256 is 64 hexadecimal digits in small letters".into())
        }
        "url" | "hashes" if !(value.starts_with("https://") || value.starts_with("http://")) => {
            Err("an address begins with https://".into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_release_is_described_in_full() {
        let release = Release::pinned().unwrap();
        assert_eq!(
            release.file_name(),
            format!("PowerShell-{}-win-x64.zip", release.version)
        );
        assert!(release.url.starts_with("https://"));
        let there = release.at("http://127.0.0.1:1/x/");
        assert_eq!(
            there.url,
            format!("http://127.0.0.1:1/x/{}", release.file_name())
        );
        assert_eq!(there.hashes, "http://127.0.0.1:1/x/hashes.sha256");
    }

    #[test]
    fn what_is_no_description_is_told_with_its_line() {
        let good = "version = \"7.6.5\"\nurl = \"https://x/y.zip\"\nsha256 = \"HASH\"\nhashes = \"https://x/h\"\n"
            .replace("HASH", &"0a".repeat(32));
        assert!(Release::parse(&good).is_ok());
        for (from, to, told) in [
            ("7.6.5", "7.6", ":1: a version is three numbers"),
            ("7.6.5", "7.6.x", ":1: a version is three numbers"),
            ("https://x/y", "ftp://x/y", ":2: an address begins"),
            ("0a0a", "0A0a", ":3: a SHA-256 is 64"),
            ("\"https://x/h\"", "x", ":4: a value stands in plain quotes"),
            ("hashes", "hash", ":4: `hash` is not known"),
            ("url =", "version =", ":2: a version is three numbers"),
            ("hashes = ", "# ", ":4: `hashes` is missing"),
            ("url =", "url", ":2: this is not"),
        ] {
            let error = Release::parse(&good.replace(from, to))
                .unwrap_err()
                .to_string();
            assert!(error.contains(told), "{to}: {error}");
        }
    }
}
