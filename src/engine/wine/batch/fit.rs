//! What the Agent is told of a Batch script: its body mended, and what is left.

use super::{Reach, prepare, scripts, told};
use crate::engine::windows::{AttachedBatch, FittedBatch, Remark};
use crate::rmm::facts::Facts;

/// What `ver` tells on a device with these facts: `10.0.22631.3155`.
pub fn version(facts: &Facts) -> String {
    let (version, revision) = (facts.text("os", "Version"), facts.text("os", "UBR"));
    if revision.is_empty() {
        version
    } else {
        format!("{version}.{revision}")
    }
}

/// A script as Wine's `cmd.exe` is to get it, with a remark on each use that is left different, also
/// in the scripts that it calls. Where only the words of a message differ there is none. `version` is
/// what `ver` tells.
pub fn fit(body: &[u8], version: &str, attached: &[AttachedBatch]) -> FittedBatch {
    if is_wide(body) {
        return wide();
    }
    let prepared = prepare(body, version);
    let left = prepared.quirks.iter().filter(|q| q.reach >= Reach::Course);
    let mut remarks: Vec<Remark> = scripts::by_rule(left)
        .into_iter()
        .map(|(q, lines)| Remark {
            line: Some(q.line),
            unjudged: q.reach == Reach::Unjudged,
            what: match lines.strip_prefix("lines ") {
                Some(lines) => format!("{} (lines {lines})", q.what),
                None => q.what.to_owned(),
            },
            help: q.help.to_owned(),
        })
        .collect();
    remarks.extend(scripts::remarks(body, attached, version));
    // What makes the result worth nothing comes first: a job has so many notes and no more.
    remarks.sort_by_key(|r| !r.unjudged);
    FittedBatch {
        body: prepared.body,
        remarks,
    }
}

/// UTF-16, with its mark or seen by the zeros of the first letters.
fn is_wide(body: &[u8]) -> bool {
    let marked = body.starts_with(b"\xff\xfe") || body.starts_with(b"\xfe\xff");
    let zeros = |odd: usize| body.len() >= 8 && (0..8).all(|at| (body[at] == 0) == (at % 2 == odd));
    marked || zeros(0) || zeros(1)
}

/// What stands for a script in UTF-16: Wine's cmd would read it for ever.
fn wide() -> FittedBatch {
    FittedBatch {
        body: b"@echo shakedown: command.bat: the script is saved as UTF-16, which Windows' cmd does not read: it fails at the first line. Save it as UTF-8 without a mark, or in the OEM code page. 1>&2\r\n@exit 120\r\n"
            .to_vec(),
        remarks: vec![Remark {
            line: Some(1),
            unjudged: true,
            what: "the script is saved as UTF-16, on which Windows' cmd fails: `'...' is not recognized as an internal or external command`; it was not run here".into(),
            help: "save it as UTF-8 without a byte order mark, or in the OEM code page".into(),
        }],
    }
}

/// Remarks on an output in which Wine's own words stand where Windows goes another way. Where only
/// the words differ there is none.
pub fn remarks(output: &[u8]) -> Vec<Remark> {
    let of = |t: super::Told| {
        let course = t.course?;
        Some(Remark {
            line: None,
            unjudged: t.unjudged,
            what: format!(
                "the output says {:?}, where Windows says {:?}; {course}",
                t.wine, t.windows
            ),
            help: "look at that command: what it did here is not what a real Windows does".into(),
        })
    };
    told(&String::from_utf8_lossy(output))
        .into_iter()
        .filter_map(of)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mended_is_no_remark_and_what_is_left_is_one() {
        let fitted = fit(b"@echo off\r\nset /p A=<x.txt\r\n", "10.0", &[]);
        assert_eq!(fitted.remarks.len(), 1, "{:?}", fitted.remarks);
        assert_eq!(fitted.remarks[0].line, Some(2));
        let plain = fit(b"@echo off\r\necho ready\r\n", "10.0", &[]);
        assert_eq!(plain.body, b"@echo off\r\necho ready\r\n");
        assert!(plain.remarks.is_empty());
        let words = b"@echo off\r\nreg query HKLM\\SOFTWARE\\Bright\r\ncopy a b\r\npause\r\n";
        assert!(fit(words, "10.0", &[]).remarks.is_empty());
    }

    #[test]
    fn only_words_that_tell_of_another_course_are_remarked() {
        let remarks =
            remarks(b"Mismatch in parentheses.\r\nCan't recognize 'x' as an internal\r\n");
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].what.contains("Mismatch"));
        assert!(remarks[0].unjudged);
    }

    #[test]
    fn what_windows_ends_with_255_is_not_judged() {
        let told = remarks(b"Syntax error: unexpected foo\r\n");
        assert!(told[0].unjudged && told[0].what.contains("255"));
        assert!(!remarks(b"Division by zero error.\r\n")[0].unjudged);
    }

    #[test]
    fn places_of_one_rule_are_named_together_and_the_worst_come_first() {
        let script = b"set /p A=<x.txt\r\nset /p B=<y.txt\r\ncopy a b | find \"copied\"\r\n\r\ndir | find \"File(s)\"\r\n";
        let remarks = fit(script, "10.0", &[]).remarks;
        assert_eq!(remarks.len(), 2, "{remarks:?}");
        assert!(remarks[0].unjudged && remarks[0].what.ends_with("(lines 3, 5)"));
        assert!(remarks[1].what.ends_with("(lines 1, 2)"));
    }

    #[test]
    fn a_script_in_utf_16_ends_at_once() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        for script in [wide("\u{feff}@echo off\r\n"), wide("@echo off\r\n")] {
            let fitted = fit(&script, "10.0", &[]);
            assert!(fitted.body.ends_with(b"@exit 120\r\n"));
            assert!(fitted.remarks[0].unjudged);
        }
        assert!(fit(b"@echo off\r\n", "10.0", &[]).remarks.is_empty());
    }
}
