//! A device's Workplace status report, held against expectations.

use super::Findings;
use super::text::{number, text};
use crate::engine::{Device, EngineError};
use crate::rmm::os::Os;
use crate::rmm::workplace::{self, Entry, LARGEST, Owner, Project, Report, Value, told};
use crate::scenario::Span;
use crate::scenario::matcher::TextMatcher;
use crate::scenario::workplace::{FieldExpect, ProjectExpect, WorkplaceExpect};

/// Judges the report of a device.
///
/// # Errors
/// The engine broke.
pub fn workplace(
    out: &mut Findings,
    m: &WorkplaceExpect,
    device: &dyn Device,
    os: Os,
) -> Result<(), EngineError> {
    let places = match &m.file {
        Some(file) => vec![file.value.clone()],
        None => workplace::places(
            os,
            &Owner {
                user: m.user.as_ref().map(|u| u.value.as_str()),
                account: m.account.as_ref().map(|a| a.value.as_str()),
            },
        ),
    };
    let mut found = None;
    for place in &places {
        let bytes = match device.read_file(place, LARGEST as u64 + 1) {
            Err(EngineError::File { source, .. }) => Err(source.to_string()),
            other => match other? {
                Some(bytes) => Ok(bytes),
                None => continue,
            },
        };
        found = Some((place, bytes));
        break;
    }
    let wanted = m.present.as_ref().is_none_or(|p| p.value);
    let span = m.present.as_ref().map_or(m.span, |p| p.span);
    let (place, bytes) = match found {
        Some(found) if wanted => found,
        Some((place, _)) => {
            let there = format!("{place} is there");
            out.failed("workplace.report", "no report".into(), there, span, None);
            return Ok(());
        }
        None if wanted => {
            out.failed(
                "workplace.report",
                "a status report".into(),
                format!("none is at {}", places.join(", nor at ")),
                span,
                None,
            );
            return Ok(());
        }
        None => {
            out.met("workplace.report");
            return Ok(());
        }
    };
    let report = bytes.and_then(|b| workplace::read(&b).map_err(|e| e.to_string()));
    match report {
        Ok(report) => {
            if m.present.is_some() {
                out.met("workplace.report");
            }
            fields(out, m, &report);
        }
        Err(why) => out.failed(
            "workplace.report",
            "a status report".into(),
            format!("{place}: {why}"),
            span,
            None,
        ),
    }
    Ok(())
}

/// Judges what a report says.
fn fields(out: &mut Findings, m: &WorkplaceExpect, report: &Report) {
    let problems = report.problems.join("\n");
    match &m.problems {
        Some(wanted) => text(out, "workplace.problems", wanted, problems.as_bytes()),
        // What a field is expected to be unreadable for is not told a second time.
        None => {
            let expected = |line: &str| {
                m.fields.iter().any(|(name, f)| {
                    matches!(f.value, FieldExpect::Unreadable)
                        && line.contains(&format!(": {name}: "))
                })
            };
            let rest: Vec<&str> = problems.lines().filter(|l| !expected(l)).collect();
            if !rest.is_empty() {
                out.failed(
                    "workplace.problems",
                    "a report as the vendor's page says".into(),
                    rest.join("\n"),
                    m.span,
                    Some(
                        "where the scenario is about that, say `problems: { contains: ... }`"
                            .into(),
                    ),
                );
            }
        }
    }
    for (name, wanted) in &m.fields {
        field(out, name, &wanted.value, report, wanted.span);
    }
}

fn field(out: &mut Findings, name: &str, wanted: &FieldExpect, report: &Report, span: Span) {
    let key = format!("workplace.{name}");
    let entry = report.get(name);
    match wanted {
        FieldExpect::Absent => {
            let seen = || match entry {
                Some(Entry::Read { value, at }) => format!("{} at {at}", value.shown()),
                Some(Entry::Unreadable { at, .. }) => format!("it is there, at {at}"),
                None => String::new(),
            };
            out.check(entry.is_none(), &key, || "no such field".into(), seen, span);
            return;
        }
        FieldExpect::Unreadable => {
            let seen = || entry.map_or_else(|| lacks(name, report), |_| shown(entry));
            let holds = matches!(entry, Some(Entry::Unreadable { .. }));
            let wanted = || "a field that cannot be read".into();
            out.check(holds, &key, wanted, seen, span);
            return;
        }
        _ => {}
    }
    let value = match entry {
        Some(Entry::Read { value, .. }) => value,
        Some(Entry::Unreadable { why, at }) => {
            out.failed(&key, expected(wanted), format!("{at}: {why}"), span, None);
            return;
        }
        None => {
            out.failed(&key, expected(wanted), lacks(name, report), span, None);
            return;
        }
    };
    match (wanted, value) {
        (FieldExpect::Text(m), Value::Text(t)) => {
            let any = TextMatcher {
                span: m.span,
                ..TextMatcher::default()
            };
            match **m == any {
                // Not judged further, but it is there.
                true => out.met(&key),
                false => text(out, &key, m, t.as_bytes()),
            }
        }
        (FieldExpect::Number(m), Value::Whole(n) | Value::Time(n)) => number(out, &key, m, *n, ""),
        (FieldExpect::Projects(all), Value::Projects(seen)) => projects(out, &key, all, seen, span),
        (FieldExpect::Texts(all), Value::Texts(seen)) => {
            let sorted = |texts: &[String]| {
                let mut texts = texts.to_vec();
                texts.sort();
                texts
            };
            let shown = |texts: &[String]| match texts {
                [] => "none".to_owned(),
                some => some.join(", "),
            };
            let holds = sorted(all) == sorted(seen);
            out.check(holds, &key, || shown(all), || shown(seen), span);
        }
        _ => {
            let holds = match (wanted, value) {
                (FieldExpect::Flag(want), Value::Flag(seen)) => want == seen,
                (FieldExpect::Now, Value::Now) => true,
                (FieldExpect::Sync(want), Value::Sync(code)) => want.takes(*code),
                (FieldExpect::Word(want), seen) => *want == seen.shown(),
                _ => false,
            };
            out.check(holds, &key, || expected(wanted), || value.shown(), span);
        }
    }
}

fn projects(
    out: &mut Findings,
    key: &str,
    wanted: &[(crate::scenario::Spanned<String>, ProjectExpect)],
    seen: &[Project],
    span: Span,
) {
    let names = |mut all: Vec<&str>| {
        all.sort_unstable();
        match all.as_slice() {
            [] => "none".to_owned(),
            some => some.join(", "),
        }
    };
    let want = names(wanted.iter().map(|(n, _)| n.value.as_str()).collect());
    let have = names(seen.iter().map(|p| p.name.as_str()).collect());
    out.check(want == have, key, || want.clone(), || have.clone(), span);
    for (name, m) in wanted {
        let mut of_name = seen.iter().filter(|p| p.name == name.value);
        let (Some(p), None) = (of_name.next(), of_name.next()) else {
            continue;
        };
        let key = format!("{key}.{}", name.value);
        for (what, m, value) in [("id", &m.id, &p.id), ("path", &m.path, &p.path)] {
            let Some(m) = m else { continue };
            let key = format!("{key}.{what}");
            match value.is_empty() && m.empty != Some(true) && m.equals.as_deref() != Some("") {
                true => out.failed(&key, "a text".into(), without(what), m.span, None),
                false => text(out, &key, m, value.as_bytes()),
            }
        }
        for (what, m, value) in [("bytes", &m.bytes, p.bytes), ("files", &m.files, p.files)] {
            let Some(m) = m else { continue };
            let key = format!("{key}.{what}");
            match value {
                Some(n) => number(out, &key, m, n, what),
                None => out.failed(&key, "a number".into(), without(what), m.span, None),
            }
        }
        if let Some(m) = &m.error {
            let holds = p.error.is_some_and(|code| m.value.takes(code));
            let seen = || p.error.map_or_else(|| without("error"), told);
            let wanted = || m.value.shown();
            out.check(holds, &format!("{key}.error"), wanted, seen, m.span);
        }
    }
}

fn without(what: &str) -> String {
    format!("the record has no {what} that can be read")
}

fn lacks(name: &str, report: &Report) -> String {
    let has = report.names();
    let names: Vec<String> = has.iter().map(|n| (*n).to_owned()).collect();
    format!(
        "the report has no {name}; it has {}",
        super::list(&names, 12)
    )
}

fn shown(entry: Option<&Entry>) -> String {
    match entry {
        Some(Entry::Read { value, .. }) => value.shown(),
        Some(Entry::Unreadable { why, .. }) => why.clone(),
        None => "nothing".into(),
    }
}

fn expected(wanted: &FieldExpect) -> String {
    match wanted {
        FieldExpect::Flag(b) => b.to_string(),
        FieldExpect::Now => "Now".into(),
        FieldExpect::Word(w) => (*w).to_owned(),
        FieldExpect::Sync(s) => s.shown(),
        FieldExpect::Text(_) => "a text".into(),
        FieldExpect::Number(_) => "a number".into(),
        FieldExpect::Texts(_) => "a list".into(),
        FieldExpect::Projects(_) => "projects".into(),
        FieldExpect::Absent | FieldExpect::Unreadable => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Spanned;
    use crate::scenario::matcher::NumberMatcher;
    use crate::scenario::workplace::SyncExpect;

    fn failures(name: &'static str, wanted: FieldExpect, xml: &str) -> Vec<String> {
        let report = workplace::read(xml.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
        let span = Span::default();
        let m = WorkplaceExpect {
            fields: vec![(
                name,
                Spanned {
                    value: wanted,
                    span,
                },
            )],
            ..WorkplaceExpect::default()
        };
        let mut out = Findings::default();
        fields(&mut out, &m, &report);
        assert!(!out.0.is_empty());
        let told = |f: &super::super::Failure| format!("{}: {}", f.expectation, f.actual);
        out.failures().map(told).collect()
    }

    #[test]
    fn nothing_negative_holds_of_an_absent_field() {
        let none = "<r platform='win'/>";
        let absent = "workplace.agent-version: the report has no agent-version; it has platform";
        let text = |m: TextMatcher| FieldExpect::Text(Box::new(m));
        let negative = [
            text(TextMatcher::default()),
            text(TextMatcher {
                not_contains: vec!["x".into()],
                ..TextMatcher::default()
            }),
            text(TextMatcher {
                not_matches: vec!["x".into()],
                ..TextMatcher::default()
            }),
            text(TextMatcher {
                empty: Some(true),
                ..TextMatcher::default()
            }),
            FieldExpect::Unreadable,
        ];
        for m in negative {
            assert_eq!(failures("agent-version", m, none), [absent]);
        }
        let not = FieldExpect::Number(NumberMatcher {
            not: Some(1),
            ..NumberMatcher::default()
        });
        assert_eq!(failures("sync-violations", not, none).len(), 1);
        assert!(failures("agent-version", FieldExpect::Absent, none).is_empty());
    }

    #[test]
    fn what_is_not_as_the_page_says_fails_unless_it_is_expected() {
        let xml = "<r><agent-online>Onlien</agent-online><agent-idle>1</agent-idle></r>";
        let told = failures("agent-idle", FieldExpect::Flag(true), xml);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("workplace.problems: line 1, column 4: agent-online"));
        assert!(failures("agent-online", FieldExpect::Unreadable, xml).is_empty());
        assert_eq!(
            failures("agent-online", FieldExpect::Word("Online"), xml).len(),
            2
        );
        assert_eq!(failures("agent-idle", FieldExpect::Absent, xml).len(), 2);
    }

    #[test]
    fn a_status_is_held_by_word_or_code() {
        let ok = FieldExpect::Sync(SyncExpect::Known(&workplace::SyncError::ALL[0]));
        for code in [0, 2] {
            let xml = format!("<r><sync-mpf-status>{code}</sync-mpf-status></r>");
            assert!(failures("sync-mpf-status", ok.clone(), &xml).is_empty());
            let other = FieldExpect::Sync(SyncExpect::Code(3));
            assert_eq!(failures("sync-mpf-status", other, &xml).len(), 1);
        }
        let full = "<r><sync-mpf-status>12</sync-mpf-status></r>";
        assert_eq!(
            failures("sync-mpf-status", ok, full),
            [
                "workplace.sync-mpf-status: 12 out_of_diskspace (Project folder is out of disk space)"
            ]
        );
    }

    #[test]
    fn lists_are_held_whole() {
        let xml = "<r><list name='backup-configuration'><i>a</i><i>b</i></list>
            <list name='sync-projectlist'><p name='Plans' error='12'/></list></r>";
        let texts = |t: &[&str]| FieldExpect::Texts(t.iter().map(|t| (*t).to_owned()).collect());
        assert!(failures("backup-configuration", texts(&["b", "a"]), xml).is_empty());
        assert_eq!(
            failures("backup-configuration", texts(&["a"]), xml).len(),
            1
        );
        assert_eq!(failures("backup-configuration", texts(&[]), xml).len(), 1);
        let none = FieldExpect::Projects(Vec::new());
        assert_eq!(failures("sync-projectlist", none, xml).len(), 1);
        let span = Span::default();
        let plans = |m| {
            let name = Spanned {
                value: "Plans".to_owned(),
                span,
            };
            FieldExpect::Projects(vec![(name, m)])
        };
        let error = |code| ProjectExpect {
            error: Some(Spanned {
                value: SyncExpect::Code(code),
                span,
            }),
            ..ProjectExpect::default()
        };
        assert!(failures("sync-projectlist", plans(error(12)), xml).is_empty());
        assert_eq!(failures("sync-projectlist", plans(error(0)), xml).len(), 1);
        let path = ProjectExpect {
            path: Some(TextMatcher {
                not_contains: vec!["x".into()],
                ..TextMatcher::default()
            }),
            ..ProjectExpect::default()
        };
        assert_eq!(failures("sync-projectlist", plans(path), xml).len(), 1);
    }
}
