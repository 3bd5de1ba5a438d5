//! `resource.xml` as the platform's exporters write it, in either dialect.

use super::resource::{Dialect, category_word};
use crate::rmm::component::{Category, Metadata, VariableType};

/// Metadata a package cannot carry, for its token is not publicly known.
pub(super) type Refusal = (String, &'static str);

struct Writer {
    out: String,
    new: bool,
}

impl Writer {
    fn line(&mut self, depth: usize, content: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let step = if self.new { 4 } else { 2 };
        self.out.extend(std::iter::repeat_n(' ', depth * step));
        self.out.push_str(content);
    }

    fn text(&mut self, depth: usize, tag: &str, text: &str) {
        let line = match (text.is_empty(), self.new) {
            (true, true) => format!("<{tag}/>"),
            (true, false) => format!("<{tag} />"),
            (false, _) => format!("<{tag}>{}</{tag}>", escaped(text)),
        };
        self.line(depth, &line);
    }

    fn open(&mut self, depth: usize, tag: &str, idx: usize) {
        let quote = if self.new { '"' } else { '\'' };
        self.line(depth, &format!("<{tag} idx={quote}{idx}{quote}>"));
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    out
}

/// What XML 1.0 cannot carry in any form.
fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}'))
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Writes metadata. `Keep` is written as the new dialect. No newline at the end, as in exports.
pub(super) fn write(metadata: &Metadata, hash: &str, dialect: Dialect) -> Result<String, Refusal> {
    check(metadata)?;
    let new = dialect != Dialect::Old;
    let mut w = Writer {
        out: String::new(),
        new,
    };
    if new {
        w.line(
            0,
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>",
        );
        w.line(0, "<component info=\"CentraStage Component\">");
    } else {
        w.line(0, "<component info='CentraStage Component'>");
    }
    w.line(1, "<general>");
    w.text(2, "name", &metadata.name);
    w.text(2, "category", category_word(metadata.category));
    w.text(2, "description", &metadata.description);
    w.text(2, "uid", &metadata.uid);
    w.text(2, "hash", hash);
    w.text(2, "version", &metadata.version.to_string());
    w.text(2, "timeout", &metadata.timeout.to_string());
    w.text(2, "securityLevel", &metadata.security_level.to_string());
    w.text(2, "installType", metadata.install_type.token());
    if metadata.category == Category::Applications {
        w.text(2, "uninstallType", "");
    }
    w.line(1, "</general>");
    for variable in &metadata.variables {
        w.open(1, "variable", variable.idx as usize);
        w.text(2, "name", &variable.name);
        for (idx, option) in variable.options.iter().enumerate() {
            w.open(2, "selectionKeyValue", idx);
            w.text(3, "name", &option.name);
            w.text(3, "value", &option.value);
            w.line(2, "</selectionKeyValue>");
        }
        w.text(2, "type", type_token(variable.kind));
        w.text(2, "direction", "false");
        w.text(2, "description", &variable.description);
        w.text(2, "defaultVal", &variable.default);
        w.line(1, "</variable>");
    }
    for (idx, condition) in metadata.post_conditions.iter().enumerate() {
        let streams = match (condition.streams.stdout, condition.streams.stderr) {
            (true, true) => "stdout,stderr",
            (false, true) => "stderr",
            _ => "stdout",
        };
        w.open(1, "postCondition", idx);
        w.text(2, "consequence", "warn");
        w.text(2, "resource", streams);
        w.text(2, "text", &condition.text);
        w.text(2, "qualifier", "found");
        w.line(1, "</postCondition>");
    }
    w.line(0, "</component>");
    Ok(w.out)
}

fn type_token(kind: VariableType) -> &'static str {
    match kind {
        VariableType::String => "string",
        VariableType::Boolean => "boolean",
        VariableType::Selection => "map",
        VariableType::Date => "date",
    }
}

fn check(metadata: &Metadata) -> Result<(), Refusal> {
    const BY_HAND: &str =
        "pack the component without it, import it, and set it in the portal by hand";
    if let Some(v) = metadata
        .variables
        .iter()
        .find(|v| v.kind == VariableType::Date)
    {
        let what = format!(
            "the variable `{}` is a date; how a package writes that type is not publicly known",
            v.name
        );
        return Err((what, BY_HAND));
    }
    if let Some(p) = metadata.post_conditions.iter().find(|p| !p.found) {
        let what = format!(
            "the post-condition `{}` warns when its text is not found; how a package writes that is not publicly known",
            super::names::shown(&p.text)
        );
        return Err((what, BY_HAND));
    }
    let variables = metadata.variables.iter().flat_map(|v| {
        let options = v.options.iter().flat_map(|o| [&o.name, &o.value]);
        [&v.name, &v.description, &v.default]
            .into_iter()
            .chain(options)
    });
    let texts = [&metadata.name, &metadata.description]
        .into_iter()
        .chain(variables)
        .chain(metadata.post_conditions.iter().map(|p| &p.text));
    for text in texts {
        if text.chars().any(is_forbidden) {
            let what = format!(
                "`{}` holds a character that XML cannot carry",
                super::names::shown(text)
            );
            return Err((what, "remove the control characters"));
        }
    }
    Ok(())
}
