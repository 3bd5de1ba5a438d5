//! Values of options, read from words.

use crate::rmm::knobs::Stdin;
use crate::rmm::os::{Os, WindowsRelease};
use std::path::PathBuf;
use std::time::Duration;

/// Longest time an option may name.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

/// `NAME=VALUE`; the value may be empty and may hold `=`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE, as `usrUDF=5`".to_owned()),
    }
}

/// `N=TEXT`, a UDF and its text.
pub fn udf(text: &str) -> Result<(u16, String), String> {
    let (number, value) = pair(text).map_err(|_| "write N=TEXT, as `5=https://...`".to_owned())?;
    match number.parse() {
        Ok(n) if (1..=300).contains(&n) => Ok((n, value)),
        _ => Err(format!(
            "`{number}` is no number of a UDF: 1 to 30 (300 by knob)"
        )),
    }
}

/// A system as scenarios name it: `linux`, `macos`, `windows`, or a release of Windows.
pub fn os(text: &str) -> Result<(Os, Option<WindowsRelease>), String> {
    let release = WindowsRelease::ALL.into_iter().find(|r| r.word() == text);
    if let Some(release) = release {
        return Ok((Os::Windows, Some(release)));
    }
    let os = Os::ALL.into_iter().find(|os| os.word() == text);
    os.map(|os| (os, None)).ok_or_else(|| {
        let systems = Os::ALL.map(Os::word).join(", ");
        let releases = WindowsRelease::ALL.map(WindowsRelease::word).join(", ");
        format!("known are {systems}, {releases}")
    })
}

/// `null` or `open`.
pub fn stdin(text: &str) -> Result<Stdin, String> {
    Stdin::ALL
        .iter()
        .find(|(word, _, _)| *word == text)
        .map(|(_, value, _)| *value)
        .ok_or_else(|| "known are null and open".to_owned())
}

/// `200ms`, `90s`, `10m`, `1h30m`: numbers with units, each at most once, the largest first.
pub fn time(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
    let wrong = || format!("`{text}` is no time; write 90s, 10m or 1h30m");
    let mut rest = text;
    let mut next = 0;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        rest = &rest[digits..];
        let letters = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .len();
        let unit = &rest[..letters];
        rest = &rest[letters..];
        let at = UNITS
            .iter()
            .position(|(u, _)| *u == unit)
            .ok_or_else(wrong)?;
        if at < next {
            return Err(wrong());
        }
        next = at + 1;
        let ms = number.checked_mul(UNITS[at].1).ok_or_else(wrong)?;
        total = total.checked_add(ms).ok_or_else(wrong)?;
    }
    let time = Duration::from_millis(total);
    if time.is_zero() || time > LONGEST {
        return Err(format!("`{text}` is out of range: 1ms to 7 days (168h)"));
    }
    Ok(time)
}

/// A report's file. `run --json a.yaml` would take a scenario for it and write over it.
pub fn report(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    if text.is_empty() {
        Err("give a file, or - for stdout".to_owned())
    } else if ["yaml", "yml", "cpt"].iter().any(|e| extension == *e) {
        Err(
            "that is an input, not a report: put it before the option, or write `--json -`"
                .to_owned(),
        )
    } else {
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_those_of_scenarios() {
        assert_eq!(os("macos"), Ok((Os::Macos, None)));
        assert_eq!(os("windows"), Ok((Os::Windows, None)));
        let server = WindowsRelease::Server2022;
        assert_eq!(os("windows-server-2022"), Ok((Os::Windows, Some(server))));
        let told = os("windows-7").unwrap_err();
        assert!(told.contains("windows-server-2012r2"), "{told}");
    }

    #[test]
    fn a_report_never_goes_over_an_input() {
        assert_eq!(report("-"), Ok(PathBuf::from("-")));
        assert_eq!(report("out/junit.xml"), Ok(PathBuf::from("out/junit.xml")));
        for bad in ["", "a.yaml", "scenarios/a.YML", "x.cpt"] {
            assert!(report(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pairs_keep_what_follows_the_first_equals_sign() {
        assert_eq!(pair("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(pair("a="), Ok(("a".into(), String::new())));
        assert!(pair("=x").is_err() && pair("x").is_err());
    }

    #[test]
    fn udfs_have_numbers() {
        assert_eq!(udf("5=x"), Ok((5, "x".into())));
        for bad in ["0=x", "301=x", "five=x", "5"] {
            assert!(udf(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_units() {
        assert_eq!(time("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(time("200ms"), Ok(Duration::from_millis(200)));
        for bad in [
            "",
            "5",
            "0s",
            "m",
            "1m1h",
            "1s1s",
            "1.5s",
            "9999h",
            "99999999999999999999s",
            "é",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn words_of_choices() {
        assert!(os("plan9").is_err());
        assert_eq!(stdin("open"), Ok(Stdin::Open));
        assert!(stdin("closed").is_err());
    }
}
