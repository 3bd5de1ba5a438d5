//! What the Agent is told of a Batch script: its body mended, and what is left.

use super::{Reach, prepare, told};
use crate::engine::windows::{FittedBatch, Remark};
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

/// A script as Wine's `cmd.exe` is to get it, with a remark on each use that is left different. Where
/// only the words of a message differ there is none. `version` is what `ver` tells.
pub fn fit(body: &[u8], version: &str) -> FittedBatch {
    let prepared = prepare(body, version);
    let left = prepared
        .quirks
        .into_iter()
        .filter(|q| q.reach >= Reach::Course);
    FittedBatch {
        body: prepared.body,
        remarks: left
            .map(|q| Remark {
                line: Some(q.line),
                unjudged: q.reach == Reach::Unjudged,
                what: q.what.to_owned(),
                help: q.help.to_owned(),
            })
            .collect(),
    }
}

/// Remarks on an output in which Wine's own words stand where Windows goes another way. Where only
/// the words differ there is none.
pub fn remarks(output: &[u8]) -> Vec<Remark> {
    let of = |t: super::Told| {
        let course = t.course?;
        Some(Remark {
            line: None,
            unjudged: false,
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
        let fitted = fit(b"@echo off\r\nset /p A=<x.txt\r\n", "10.0");
        assert_eq!(fitted.remarks.len(), 1, "{:?}", fitted.remarks);
        assert_eq!(fitted.remarks[0].line, Some(2));
        let plain = fit(b"@echo off\r\necho ready\r\n", "10.0");
        assert_eq!(plain.body, b"@echo off\r\necho ready\r\n");
        assert!(plain.remarks.is_empty());
        let words = b"@echo off\r\nreg query HKLM\\SOFTWARE\\Bright\r\ncopy a b\r\npause\r\n";
        assert!(fit(words, "10.0").remarks.is_empty());
    }

    #[test]
    fn only_words_that_tell_of_another_course_are_remarked() {
        let remarks =
            remarks(b"Mismatch in parentheses.\r\nCan't recognize 'x' as an internal\r\n");
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].what.contains("Mismatch"));
    }
}
