//! 5.1's text on stderr for a script that it does not begin.

use super::{Finding, Reach};
use std::fmt::Write;

/// Most errors that 5.1 tells of one script.
const MOST: usize = 10;

/// Widest line of source that 5.1 quotes, in characters.
const WIDEST: usize = 69;

pub(super) fn refusal(
    text: &str,
    findings: &[Finding],
    path: &str,
    version: &str,
) -> Option<String> {
    let of = |reach: Reach| findings.iter().filter(move |f| f.reach == reach);
    let mut out = String::new();
    let (first, category) = match of(Reach::Refused).next() {
        Some(first) => {
            for finding in of(Reach::Refused).take(MOST) {
                out.push_str(&position(text, finding, path));
                out.push_str(&finding.message);
                out.push_str("\r\n");
            }
            if of(Reach::Refused).nth(MOST).is_some() {
                out.push_str("Not all parse errors were reported.  Correct the reported errors and try again.\r\n");
            }
            (first, "ParserError: (:) []".to_owned())
        }
        None => {
            let first = of(Reach::Unmet).next()?;
            let name = path.rsplit(['\\', '/']).next().unwrap_or(path);
            let message = first
                .message
                .replace("{script}", name)
                .replace("{version}", version);
            out.push_str(&message);
            out.push_str("\r\n");
            (first, format!("ResourceUnavailable: ({name}:String) []"))
        }
    };
    let id = first.error_id.as_deref().unwrap_or_default();
    // Writing into a string cannot fail.
    let _ = write!(
        out,
        "    + CategoryInfo          : {category}, ParentContainsErrorRecordException\r\n    + FullyQualifiedErrorId : {id}\r\n \r\n"
    );
    Some(out)
}

/// `At FILE:LINE char:COLUMN`, the line, and tildes below what is wrong in it.
fn position(text: &str, finding: &Finding, path: &str) -> String {
    let begin = text[..finding.start].rfind('\n').map_or(0, |at| at + 1);
    let tail = &text[finding.start..];
    let line_end = finding.start + tail.find(['\n', '\r']).unwrap_or(tail.len());
    let tabs = |part: &str| -> Vec<char> { part.replace('\t', "    ").chars().collect() };
    let before = tabs(&text[begin..finding.start]);
    let wrong = tabs(&text[finding.start..finding.end.clamp(finding.start, line_end)]);
    let after = tabs(text[finding.end.clamp(finding.start, line_end)..line_end].trim_end());
    let (mut lead, mut wide) = (before.len(), wrong.len());
    let line: Vec<char> = [before, wrong, after].concat();
    let (mut shown, mut front, mut back) = (line.clone(), false, false);
    if line.len() > WIDEST {
        let rest = line.len() - lead - wide;
        let mut kept = lead.min(12);
        let mut behind = rest.min(8);
        if kept + wide + behind >= WIDEST {
            back = true;
        } else {
            kept += (lead - kept).min(WIDEST - kept - wide - behind);
            behind += rest.min(WIDEST - kept - wide - behind);
            back |= behind < rest;
        }
        front = kept < lead;
        let from = (lead - kept).min(line.len() - WIDEST);
        shown = line[from..from + WIDEST].to_vec();
        lead = kept;
        wide = wide.min(WIDEST.saturating_sub(lead));
    }
    let shown: String = shown.into_iter().collect();
    format!(
        "At {path}:{} char:{}\r\n+ {}{shown}{}\r\n+ {}{}\r\n",
        finding.line,
        finding.column,
        if front { "... " } else { "" },
        if back { " ..." } else { "" },
        " ".repeat(lead + if front { 4 } else { 0 }),
        "~".repeat(wide.max(1)),
    )
}
