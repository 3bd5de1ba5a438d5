//! What a person does in the web portal.

use super::{At, job};
use crate::agent::udf::LONGEST;
use crate::replay::judge::Seen;
use crate::replay::runner::Runner;
use crate::replay::verdict::Stop;
use crate::rmm::event::{Origin, What};
use crate::scenario::step::PortalAct;
use crate::scenario::{Span, Spanned};

/// A portal step.
pub fn step(r: &mut Runner<'_>, at: &At<'_>, act: &PortalAct) -> Result<Vec<Seen>, Stop> {
    match act {
        PortalAct::SetUdf { on, udfs } => set_udf(r, at, on, udfs),
        PortalAct::SetDescription { on, text } => {
            let text = r.fill(text, at.span)?;
            each(r, at, on, |r, device| {
                r.ledger.caused(
                    at.started,
                    What::DescriptionSet {
                        device: device.into(),
                        text: text.clone(),
                        origin: Origin::Portal,
                    },
                );
            })
        }
        PortalAct::SetVariable { scope, variables } => {
            let values = job::job_variables(r, variables)?;
            let scope = scope_word(r, scope)?;
            for (name, v) in values {
                if v.masked {
                    r.ledger.hide(&v.value);
                }
                set_variable(r, at, &scope, &name, Some(v.value), v.masked);
            }
            Ok(vec![Seen::default()])
        }
        PortalAct::DeleteVariable { scope, names } => {
            let scope = scope_word(r, scope)?;
            for name in names {
                set_variable(r, at, &scope, &name.value, None, false);
            }
            Ok(vec![Seen::default()])
        }
        PortalAct::ResolveAlert { monitor, on } => resolve(r, at, monitor.as_ref(), on),
        PortalAct::UploadVariables { csv } => upload(r, at, csv),
    }
}

fn each(
    r: &mut Runner<'_>,
    at: &At<'_>,
    on: &[Spanned<String>],
    mut act: impl FnMut(&mut Runner<'_>, &str),
) -> Result<Vec<Seen>, Stop> {
    let mut seen = Vec::new();
    for name in r.on(on, at.span)? {
        r.device(&name)?;
        act(r, &name.value);
        seen.push(Seen {
            device: name.value,
            ..Seen::default()
        });
    }
    Ok(seen)
}

fn set_udf(
    r: &mut Runner<'_>,
    at: &At<'_>,
    on: &[Spanned<String>],
    udfs: &[(u16, String)],
) -> Result<Vec<Seen>, Stop> {
    let mut filled = Vec::new();
    for (number, text) in udfs {
        let text = r.fill(text, at.span)?;
        // The portal's own form takes no more than this.
        if text.chars().count() > LONGEST {
            return Err(Stop::Mistake {
                message: format!(
                    "UDF {number} would have {} characters",
                    text.chars().count()
                ),
                span: at.span,
                help: format!("a UDF holds at most {LONGEST} characters"),
            });
        }
        filled.push((*number, text));
    }
    each(r, at, on, |r, device| {
        for (number, text) in &filled {
            let value = (!text.is_empty()).then(|| text.clone());
            r.ledger.caused(
                at.started,
                What::UdfSet {
                    device: device.into(),
                    number: *number,
                    value,
                    origin: Origin::Portal,
                },
            );
        }
    })
}

fn set_variable(
    r: &mut Runner<'_>,
    at: &At<'_>,
    scope: &str,
    name: &str,
    value: Option<String>,
    masked: bool,
) {
    r.ledger.caused(
        at.started,
        What::VariableSet {
            scope: scope.into(),
            name: name.into(),
            value,
            masked,
            origin: Origin::Portal,
        },
    );
}

/// `account`, or `site:KEY` of a site that is there.
fn scope_word(r: &Runner<'_>, scope: &Spanned<String>) -> Result<String, Stop> {
    if scope.value == "account" {
        return Ok("account".into());
    }
    if r.ledger.state().sites.contains_key(&scope.value) {
        return Ok(format!("site:{}", scope.value));
    }
    Err(Stop::Mistake {
        message: format!("there is no site {}", scope.value),
        span: scope.span,
        help: "the scope is `account` or the key of a site".into(),
    })
}

fn resolve(
    r: &mut Runner<'_>,
    at: &At<'_>,
    monitor: Option<&Spanned<String>>,
    on: &[Spanned<String>],
) -> Result<Vec<Seen>, Stop> {
    let mut seen = Vec::new();
    for device in r.on(on, at.span)? {
        let wanted = |a: &&crate::platform::state::Alert| {
            a.is_open() && a.device == device.value && monitor.is_none_or(|m| m.value == a.monitor)
        };
        let open: Vec<_> = r
            .ledger
            .state()
            .alerts
            .iter()
            .filter(wanted)
            .cloned()
            .collect();
        if open.is_empty() {
            return Err(Stop::Mistake {
                message: format!("no such alert is open on {}", device.value),
                span: monitor.map_or(at.span, |m| m.span),
                help: "an alert must have been opened by a monitor step before".into(),
            });
        }
        let mut resolved = Vec::new();
        for a in open {
            r.ledger.caused(
                at.started,
                What::AlertResolved {
                    alert: a.id.clone(),
                    monitor: a.monitor,
                    device: a.device,
                    by: "portal".into(),
                },
            );
            resolved.push(a.id);
        }
        seen.push(Seen {
            device: device.value,
            resolved,
            monitor: monitor.map(|m| m.value.clone()),
            ..Seen::default()
        });
    }
    Ok(seen)
}

/// The account's variables file. Its real columns are not public: ours are `site,name,value,masked`,
/// where an empty site is the account and an empty value deletes. Nothing is taken over from a file
/// with a bad line.
fn upload(r: &mut Runner<'_>, at: &At<'_>, csv: &Spanned<String>) -> Result<Vec<Seen>, Stop> {
    let text = r.fill(csv, csv.span)?;
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for (n, line) in text.lines().enumerate() {
        if line.trim().is_empty() || (n == 0 && line.trim() == "site,name,value,masked") {
            continue;
        }
        match row(r, line, csv.span) {
            Ok(row) => rows.push(row),
            Err(why) => problems.push(format!("line {}: {why}", n + 1)),
        }
    }
    if !problems.is_empty() {
        return Err(Stop::Mistake { message: problems.join("; "), span: csv.span, help: "columns: site,name,value,masked; fields with a comma or a quote stand in double quotes".into() });
    }
    for (scope, name, value, masked) in rows {
        if masked && let Some(v) = &value {
            r.ledger.hide(v);
        }
        set_variable(r, at, &scope, &name, value, masked);
    }
    Ok(vec![Seen::default()])
}

type Row = (String, String, Option<String>, bool);

fn row(r: &Runner<'_>, line: &str, span: Span) -> Result<Row, String> {
    let fields = fields(line)?;
    let [site, name, value, masked] = fields.as_slice() else {
        return Err(format!("{} fields instead of 4", fields.len()));
    };
    let scope = match site.as_str() {
        "" => "account".to_owned(),
        key => scope_word(
            r,
            &Spanned {
                value: key.to_owned(),
                span,
            },
        )
        .map_err(|_| format!("there is no site {key}"))?,
    };
    if name.is_empty() {
        return Err("the name is empty".into());
    }
    let masked = match masked.as_str() {
        "true" => true,
        "false" | "" => false,
        other => return Err(format!("masked is true or false, not {other}")),
    };
    Ok((
        scope,
        name.clone(),
        (!value.is_empty()).then(|| value.clone()),
        masked,
    ))
}

/// Fields of one CSV line (RFC 4180, without line breaks in fields).
fn fields(line: &str) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut chars = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            ',' if !quoted => out.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    if quoted {
        return Err("a quote is not closed".into());
    }
    out.push(field);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn csv_fields() {
        assert_eq!(
            fields(r#"a,"b,""c""",,d"#).unwrap(),
            ["a", "b,\"c\"", "", "d"]
        );
        assert!(fields(r#"a,"b"#).is_err());
    }
}
