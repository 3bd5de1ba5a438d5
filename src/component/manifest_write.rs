//! Writing a manifest that reads back as the same metadata.

use super::resource::category_word;
use crate::rmm::component::{Metadata, PostCondition, SelectionOption, Variable, VariableType};
use crate::yaml::{block, inline};
use std::fmt::Write as _;

/// An attachment of the folder the manifest is written into.
pub(super) struct Attached<'a> {
    pub name: &'a str,
    pub executable: bool,
}

/// The manifest's text. Attachments are listed, so that what else lies in the folder stays out.
pub(super) fn write(
    metadata: &Metadata,
    script: &str,
    icon: Option<&str>,
    attachments: &[Attached<'_>],
) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key}: {value}");
    };
    line("name", &inline(&metadata.name));
    line("category", category_word(metadata.category));
    line("type", &inline(metadata.install_type.token()));
    if !metadata.description.is_empty() {
        line("description", &block(&metadata.description, 2));
    }
    if !metadata.uid.is_empty() {
        line("uid", &inline(&metadata.uid));
    }
    line("version", &metadata.version.to_string());
    line("timeout", &format!("{} # seconds", metadata.timeout));
    line(
        "level",
        &format!(
            "{} # who sees it: 1 Basic, 2 Low, 3 Medium, 4 High, 5 Super",
            metadata.security_level
        ),
    );
    line("script", &inline(script));
    if let Some(icon) = icon {
        line("icon", &inline(icon));
    }
    if !metadata.variables.is_empty() {
        out.push_str("variables:\n");
        let mut next = 0;
        for v in &metadata.variables {
            variable(&mut out, v, next);
            next = v.idx.max(next).saturating_add(1);
        }
    }
    if !metadata.post_conditions.is_empty() {
        out.push_str("post-conditions:\n");
        metadata
            .post_conditions
            .iter()
            .for_each(|p| post_condition(&mut out, p));
    }
    if attachments.is_empty() {
        out.push_str("attachments: []\n");
        return out;
    }
    out.push_str("attachments:\n");
    for a in attachments {
        let _ = match a.executable {
            false if !a.name.contains('/') => writeln!(out, "  - {}", inline(a.name)),
            false => writeln!(out, "  - from: {0}\n    as: {0}", inline(a.name)),
            true => writeln!(
                out,
                "  - from: {0}\n    as: {0}\n    executable: true",
                inline(a.name)
            ),
        };
    }
    out
}

fn variable(out: &mut String, v: &Variable, next: u32) {
    let kind = match v.kind {
        VariableType::String => "string",
        VariableType::Boolean => "boolean",
        VariableType::Selection => "selection",
        VariableType::Date => "date",
    };
    let _ = writeln!(out, "  - name: {}\n    type: {kind}", inline(&v.name));
    if v.idx > next {
        let _ = writeln!(out, "    idx: {}", v.idx);
    }
    if !v.description.is_empty() {
        let _ = writeln!(out, "    description: {}", block(&v.description, 6));
    }
    if !v.default.is_empty() {
        let _ = writeln!(out, "    default: {}", block(&v.default, 6));
    }
    if v.kind == VariableType::Selection && v.options.is_empty() {
        out.push_str("    options: []\n");
    } else if !v.options.is_empty() {
        out.push_str("    options:\n");
        let repeated = has_repeated_names(&v.options);
        for o in &v.options {
            let _ = if repeated {
                writeln!(
                    out,
                    "      - {{ name: {}, value: {} }}",
                    inline(&o.name),
                    inline(&o.value)
                )
            } else {
                writeln!(out, "      {}: {}", inline(&o.name), inline(&o.value))
            };
        }
    }
}

fn has_repeated_names(options: &[SelectionOption]) -> bool {
    let mut names: Vec<&str> = options.iter().map(|o| o.name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|w| w[0] == w[1])
}

fn post_condition(out: &mut String, p: &PostCondition) {
    let when = if p.found { "found" } else { "not-found" };
    let streams = match (p.streams.stdout, p.streams.stderr) {
        (true, true) => "[stdout, stderr]",
        (false, true) => "[stderr]",
        _ => "[stdout]",
    };
    let _ = writeln!(
        out,
        "  - when: {when}\n    text: {}\n    in: {streams}",
        inline(&p.text)
    );
}
