//! Components of the ComStore.

use super::text::{number, text};
use super::{Findings, list};
use crate::platform::comstore::{ComStore, Told};
use crate::scenario::Spanned;
use crate::scenario::comstore::{ComStoreExpect, ToldExpect};

/// Holds `comstore:` of one component; `account` gives the number of an account by its key.
pub fn comstore(
    out: &mut Findings,
    key: &Spanned<String>,
    m: &ComStoreExpect,
    store: &ComStore,
    account: impl Fn(&str) -> u16,
) {
    let path = format!("comstore.{}", key.value);
    let published = store.get(&key.value);
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    if let Some(want) = &m.release {
        let newest = published.map_or(0, |p| i64::from(p.release));
        number(out, &format!("{path}.release"), want, newest, "");
    }
    if let Some(want) = &m.downloads {
        let total = published.map_or(0, |p| count(p.total()));
        number(out, &format!("{path}.downloads"), want, total, "downloads");
    }
    for (name, want) in &m.accounts {
        let had = published.and_then(|p| p.had_by(account(&name.value)));
        let had = had.map_or(0, i64::from);
        number(
            out,
            &format!("{path}.accounts.{}", name.value),
            want,
            had,
            "",
        );
    }
    if let Some(want) = &m.told {
        match published.and_then(|p| p.told()) {
            Some(seen) => told(out, &format!("{path}.told"), want, seen),
            None => out.failed(
                &format!("{path}.told"),
                "numbers told by `portal: metrics`".into(),
                list(&[], 1),
                want.span,
                Some("`portal: metrics` tells of what is published at that time".into()),
            ),
        }
    }
}

fn told(out: &mut Findings, path: &str, want: &ToldExpect, seen: &Told) {
    let unit = format!("from {} to {}", seen.from, seen.through);
    let counts = [
        (&want.downloads, seen.downloads, "downloads", unit),
        (
            &want.total,
            seen.total,
            "total",
            format!("at the end of {}", seen.through),
        ),
    ];
    for (want, n, word, unit) in counts {
        if let Some(want) = want {
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            number(out, &format!("{path}.{word}"), want, n, &unit);
        }
    }
    if let Some(want) = &want.text {
        text(out, &format!("{path}.text"), want, seen.json().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::event::{Event, Real, What};
    use crate::scenario::Span;
    use crate::scenario::matcher::NumberMatcher;

    fn is(n: i64) -> Option<NumberMatcher> {
        Some(NumberMatcher {
            equals: Some(n),
            ..NumberMatcher::default()
        })
    }

    fn judged(store: &ComStore, told: ToldExpect) -> Findings {
        let mut out = Findings::default();
        let key = Spanned {
            value: "scan".into(),
            span: Span::default(),
        };
        let expect = ComStoreExpect {
            told: Some(told),
            ..ComStoreExpect::default()
        };
        comstore(&mut out, &key, &expect, store, |_| 0);
        out
    }

    #[test]
    fn a_wrong_month_is_told_with_its_days() {
        let mut store = ComStore::default();
        let nothing = ToldExpect {
            downloads: is(0),
            ..ToldExpect::default()
        };
        assert_eq!(judged(&store, nothing).failures().count(), 1);
        store.apply(&Event {
            seq: 1,
            at: 0,
            cause: None,
            account: 0,
            by: None,
            real: Real { ms: 0.0 },
            what: What::MetricsHandedOver {
                component: "scan".into(),
                name: "Scan".into(),
                from: "2026-01-01".into(),
                through: "2026-01-31".into(),
                downloads: 1,
                total: 3,
            },
        });
        let wrong = ToldExpect {
            downloads: is(2),
            total: is(3),
            ..ToldExpect::default()
        };
        let out = judged(&store, wrong);
        let told: Vec<_> = out.failures().collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].expectation, "comstore.scan.told.downloads");
        assert_eq!(told[0].expected, "2 from 2026-01-01 to 2026-01-31");
        assert_eq!(told[0].actual, "1 from 2026-01-01 to 2026-01-31");
    }
}
