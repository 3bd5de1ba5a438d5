//! What the platform knows of a device's antivirus, held against expectations.

use super::Findings;
use super::text::text;
use crate::rmm::portal::{Antivirus, AntivirusSource};
use crate::scenario::expect::AntivirusExpect;
use crate::scenario::matcher::TextMatcher;

/// Judges a device's antivirus; none: no audit has told of it, and nothing holds of it.
pub fn antivirus(out: &mut Findings, m: &AntivirusExpect, known: Option<&Antivirus>) {
    let Some(known) = known else {
        out.failed(
            "antivirus",
            "what an audit found of the device's antivirus".into(),
            "no audit has told the platform of it".into(),
            m.span,
            Some("put the device online, and `audit: DEVICE` before this".into()),
        );
        return;
    };
    if let Some(product) = &m.product {
        let any = TextMatcher {
            span: product.span,
            ..TextMatcher::default()
        };
        let of_nothing =
            *product == any || product.empty.is_some() || product.equals.as_deref() == Some("");
        // An absent product has no name that could lack something.
        if known.product.is_empty() && !of_nothing {
            out.failed(
                "antivirus.product",
                "the name of a product".into(),
                "no product was found".into(),
                product.span,
                None,
            );
        } else {
            text(out, "antivirus.product", product, known.product.as_bytes());
        }
    }
    if let Some(status) = &m.status {
        out.check(
            status.value == known.status,
            "antivirus.status",
            || status.value.word().to_owned(),
            || described(known),
            status.span,
        );
    }
    if let Some(by) = &m.by {
        out.check(
            Some(by.value) == known.source,
            "antivirus.by",
            || by.value.word().to_owned(),
            || described(known),
            by.span,
        );
    }
}

fn described(known: &Antivirus) -> String {
    let status = known.status.word();
    let by = |s: AntivirusSource| format!(", by {}", s.word());
    let by = known.source.map(by).unwrap_or_default();
    match known.product.as_str() {
        "" => format!("{status}{by}"),
        product => format!("{status} ({product}{by})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::portal::AntivirusStatus;
    use crate::scenario::Spanned;

    fn fails(m: &AntivirusExpect, known: Option<&Antivirus>) -> Vec<String> {
        let mut out = Findings::default();
        antivirus(&mut out, m, known);
        assert!(!out.0.is_empty());
        out.failures().map(|f| f.expectation.clone()).collect()
    }

    fn product(m: TextMatcher) -> AntivirusExpect {
        AntivirusExpect {
            product: Some(m),
            ..AntivirusExpect::default()
        }
    }

    #[test]
    fn nothing_holds_before_an_audit_and_little_of_an_absent_product() {
        let empty = || TextMatcher {
            empty: Some(true),
            ..TextMatcher::default()
        };
        let without = || TextMatcher {
            not_contains: vec!["x".into()],
            ..TextMatcher::default()
        };
        let bright = Antivirus {
            product: "Bright".into(),
            status: AntivirusStatus::NotRunning,
            source: Some(AntivirusSource::Uav),
        };
        for m in [empty(), without(), TextMatcher::default()] {
            assert_eq!(fails(&product(m), None), ["antivirus"]);
        }
        let none = Antivirus::none();
        assert!(fails(&product(empty()), Some(&none)).is_empty());
        assert_eq!(
            fails(&product(without()), Some(&none)),
            ["antivirus.product"]
        );
        assert!(fails(&product(without()), Some(&bright)).is_empty());
        assert_eq!(
            fails(&product(empty()), Some(&bright)),
            ["antivirus.product.empty"]
        );
        let status = |value| AntivirusExpect {
            status: Some(Spanned {
                value,
                span: crate::scenario::Span::default(),
            }),
            ..AntivirusExpect::default()
        };
        assert!(fails(&status(AntivirusStatus::NotRunning), Some(&bright)).is_empty());
        assert_eq!(
            fails(&status(AntivirusStatus::NotDetected), Some(&bright)),
            ["antivirus.status"]
        );
    }
}
