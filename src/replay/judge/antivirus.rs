//! What the platform knows of a device's antivirus, held against expectations.

use super::Findings;
use super::text::text;
use crate::rmm::portal::{Antivirus, AntivirusSource};
use crate::scenario::expect::AntivirusExpect;

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
        let nothing = known.product.is_empty();
        // An absent product has no name that could lack something.
        if nothing && product.empty.is_none() && product.equals.as_deref() != Some("") {
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
