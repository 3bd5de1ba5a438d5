//! The JSON document of `exec`. docs/reports.md tells every field.

use crate::mask::Masker;
use crate::replay::ExecReport;
use crate::report::failure::exit_words;
use crate::rmm::event::Note;
use crate::rmm::observed::{Footprint, Observed};
use base64::Engine as _;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    version: &'static str,
    component: &'a str,
    engine: &'a str,
    reduced: Option<&'a str>,
    /// What runs PowerShell scripts where that is not Windows PowerShell 5.1 itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    powershell: Option<&'a str>,
    status: &'static str,
    exit: String,
    duration_ms: f64,
    stdout: Output<'a>,
    stderr: Output<'a>,
    /// `null` for a UDF that was cleared.
    udfs: BTreeMap<u16, Option<&'a str>>,
    description: Option<&'a str>,
    monitor: Option<Monitor<'a>>,
    footprint: &'a Footprint,
    observed: &'a Observed,
    notes: &'a [Note],
    enter: Option<&'a str>,
}

/// One stream: text where it is UTF-8, else base64.
#[derive(Serialize)]
struct Output<'a> {
    text: Option<&'a str>,
    base64: Option<String>,
}

#[derive(Serialize)]
struct Monitor<'a> {
    alerting: bool,
    samples: Vec<(&'a str, &'a str)>,
    text: &'a str,
    diagnostic: Option<&'a str>,
}

/// The document, indented, with a newline at its end. The streams are masked already; `masker`
/// hides secrets in all the rest.
pub fn document(
    report: &ExecReport,
    stdout: &[u8],
    stderr: &[u8],
    masker: &Masker,
) -> Result<String, serde_json::Error> {
    let document = Document {
        format: 1,
        version: env!("CARGO_PKG_VERSION"),
        component: &report.component,
        engine: &report.label.engine,
        reduced: report.label.reduced.as_deref(),
        powershell: report.label.powershell.as_deref(),
        status: report.status.word(),
        exit: exit_words(report.exit),
        duration_ms: report.duration.as_micros() as f64 / 1000.0,
        stdout: output(stdout),
        stderr: output(stderr),
        udfs: report
            .udfs
            .iter()
            .map(|(n, v)| (*n, v.as_deref()))
            .collect(),
        description: report.description.as_deref(),
        monitor: report.monitor.as_ref().map(|m| Monitor {
            alerting: m.alerting,
            samples: m
                .samples
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .collect(),
            text: &m.text,
            diagnostic: m.diagnostic.as_deref(),
        }),
        footprint: &report.footprint,
        observed: &report.observed,
        notes: &report.notes,
        enter: report.enter.as_deref(),
    };
    let mut value = serde_json::to_value(&document)?;
    masker.mask_json(&mut value);
    serde_json::to_string_pretty(&value).map(|text| text + "\n")
}

fn output(bytes: &[u8]) -> Output<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Output {
            text: Some(text),
            base64: None,
        },
        Err(_) => Output {
            text: None,
            base64: Some(base64::engine::general_purpose::STANDARD.encode(bytes)),
        },
    }
}
