//! What is newer than 5.1, with 5.1's own words for it. Commands, parameters, variables and types come
//! from `powershell/newer.json`.

use super::aliases::{full_name, own};
use super::parameters::{Stands, stands_for};
use super::reader::{Command, Script};
use super::{Found, Raw, Reach, attributes, differences, members, parameters, values};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

pub(super) const TABLE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/powershell/newer.json"
));

/// Syntax that 5.1 does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Newer {
    Ternary,
    Coalesce,
    CoalesceAssign,
    ConditionalMember,
    ConditionalIndex,
    /// Either of a command's argument, where 5.1 ends the argument and begins another.
    ConditionalArgument,
    Chain,
    Background,
    LeadingPipe,
    /// Likewise after the value of a hash table's key.
    LeadingPipeInHash,
    Clean,
    /// A clean block before all others: to 5.1 a command of that name.
    CleanFirst,
    EnumBase,
    GenericCall,
    Binary,
    Suffix,
    Escape,
    CharacterRange,
    ReplaceBlock,
    /// No syntax: a command of 5.1 whose name begins as a number of 7 does.
    NumberName,
}

/// The table's part that is read here; the rest tells of 7's own commands to the layer's setup.
#[derive(Deserialize)]
pub(super) struct Table {
    commands: Names,
    /// Aliases of 7 alone.
    pub aliases: BTreeMap<String, String>,
    pub parameters: ByCommand,
    pub values: Vec<values::Row>,
    pub variables: Vec<String>,
    pub types: Names,
    pub attributes: attributes::Attributes,
    pub members: members::Members,
    pub only_in_51: Old,
}

/// When 5.1 tells of it: with an error where it comes there, or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum When {
    Run,
    Silent,
}

#[derive(Deserialize)]
pub(super) struct Names {
    pub names: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct ByCommand {
    /// Parameters of every command.
    pub common: Vec<String>,
    pub by_command: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Old {
    pub parameters: BTreeMap<String, Vec<String>>,
}

impl Table {
    /// A command's parameters that 5.1 does not have.
    pub fn newer_parameters(&self, full: &str) -> &[String] {
        let mut rows = self.parameters.by_command.iter();
        rows.find(|(name, _)| name.eq_ignore_ascii_case(full))
            .map_or(&[], |(_, newer)| newer)
    }
}

/// The table; none where it cannot be read, which a test rules out.
pub(super) fn table() -> Option<&'static Table> {
    static READ: OnceLock<Option<Table>> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(TABLE).ok())
        .as_ref()
}

/// 5.1's words for a command that is not there.
fn not_recognized(name: &str) -> String {
    format!(
        "The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
    )
}

pub(super) fn parameter_not_found(name: &str) -> String {
    format!("A parameter cannot be found that matches parameter name '{name}'.")
}

/// A variable's name without the scope before it; another drive's stays.
fn unscoped(name: &str) -> &str {
    const SCOPES: [&str; 6] = ["global", "script", "local", "private", "variable", "using"];
    match name.split_once(':') {
        Some((scope, rest)) if SCOPES.iter().any(|s| s.eq_ignore_ascii_case(scope)) => rest,
        _ => name,
    }
}

/// Syntax as a finding.
pub(super) fn told(text: &str, found: &Found) -> Raw {
    let (mut start, mut end) = (found.start, found.end);
    let token = &found.token;
    let refused = |what: &str, id: &'static str, message: String| {
        (what.to_owned(), Some(id), message, Reach::Refused)
    };
    let unexpected = |what: &str| {
        let message = format!("Unexpected token '{token}' in expression or statement.");
        refused(what, "UnexpectedToken", message)
    };
    let silent =
        |what: &str, message: &str| (what.to_owned(), None, message.to_owned(), Reach::Silent);
    let fails = |what: &str, name: &str| {
        (
            what.to_owned(),
            Some("CommandNotFoundException"),
            not_recognized(name),
            Reach::Fails,
        )
    };
    let (what, error_id, message, reach) = match found.newer {
        Newer::Ternary => unexpected("ternary"),
        Newer::Coalesce => unexpected("null coalescing"),
        Newer::CoalesceAssign => unexpected("null coalescing assignment"),
        Newer::ConditionalMember => unexpected("null-conditional member"),
        Newer::ConditionalIndex => unexpected("null-conditional index"),
        Newer::ConditionalArgument => silent(
            "null-conditional member or index of an argument",
            "5.1 gives no error: the argument ends before it, and it is another argument as it stands",
        ),
        Newer::Chain => refused(
            if token == "&&" { "pipeline chain and" } else { "pipeline chain or" },
            "InvalidEndOfLine",
            format!("The token '{token}' is not a valid statement separator in this version."),
        ),
        Newer::Background => refused(
            "background operator",
            "AmpersandNotAllowed",
            "The ampersand (&) character is not allowed. The & operator is reserved for future use; wrap an ampersand in double quotation marks (\"&\") to pass it as part of a string.".into(),
        ),
        Newer::LeadingPipe => refused(
            "line that begins with a pipe",
            "EmptyPipeElement",
            "An empty pipe element is not allowed.".into(),
        ),
        Newer::LeadingPipeInHash => refused(
            "line that begins with a pipe",
            "IncompleteHashLiteral",
            "The hash literal was incomplete.".into(),
        ),
        Newer::Clean => refused(
            "clean block",
            "MissingNamedBlocks",
            format!("unexpected token '{token}', expected 'begin', 'process', 'end', or 'dynamicparam'."),
        ),
        Newer::CleanFirst => fails("clean block before all others", token),
        Newer::EnumBase => refused(
            "enum with a base type",
            "MissingTypeBody",
            "Missing 'enum' body in 'enum' declaration.".into(),
        ),
        Newer::GenericCall => {
            // After the bracket, where 5.1 misses an expression.
            start += token.find('[').map_or(0, |at| at + 1);
            end = start;
            refused(
                "generic method arguments",
                "MissingArrayIndexExpression",
                "Array index expression is missing or not valid.".into(),
            )
        }
        Newer::Binary | Newer::Suffix => {
            let what = if found.newer == Newer::Binary {
                "binary literal"
            } else {
                "suffixes u, y, uy, s, us, ul, n"
            };
            if found.operator.is_empty() {
                fails(what, token)
            } else {
                // Behind the operator that lacks its operand.
                start = text.get(..start).unwrap_or_default().trim_end().len();
                end = start;
                let (id, message) = lacking(&found.operator);
                refused(what, id, message)
            }
        }
        Newer::Escape => silent(
            "escapes `e and `u{}",
            "5.1 gives no error: the letter after the backtick stays as it is",
        ),
        Newer::CharacterRange => (
            "character range".to_owned(),
            Some("InvalidCastFromStringToInteger"),
            format!(
                "Cannot convert value \"{}\" to type \"System.Int32\". Error: \"Input string was not in a correct format.\"",
                token.trim_matches(['\'', '"'])
            ),
            Reach::Fails,
        ),
        Newer::ReplaceBlock => silent(
            "-replace with a script block",
            "5.1 gives no error: the block's text is put in, not what it gives",
        ),
        Newer::NumberName => (
            format!("the name {token}"),
            None,
            "5.1 takes it for a command; PowerShell 7 reads a number and then the rest of it: call it by & and quotes".to_owned(),
            Reach::Here,
        ),
    };
    Raw {
        start,
        end,
        what,
        message,
        error_id: error_id.map(str::to_owned),
        reach,
    }
}

/// What 5.1 says of an operator without its operand.
fn lacking(operator: &str) -> (&'static str, String) {
    match operator {
        "(" => (
            "MissingEndParenthesisInMethodCall",
            "Missing ')' in method call.".into(),
        ),
        "[" => (
            "MissingArrayIndexExpression",
            "Array index expression is missing or not valid.".into(),
        ),
        "," => (
            "MissingExpressionAfterToken",
            "Missing expression after ','.".into(),
        ),
        _ => match operator.strip_prefix("unary ") {
            Some(sign) => (
                "MissingExpressionAfterOperator",
                format!("Missing expression after unary operator '{sign}'."),
            ),
            None => (
                "ExpectedValueExpression",
                format!("You must provide a value expression following the '{operator}' operator."),
            ),
        },
    }
}

/// Commands, parameters, variables and types that 5.1 does not have.
pub(super) fn names(text: &str, script: &Script) -> Vec<Raw> {
    let Some(table) = table() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let aliases = own(script);
    for command in &script.commands {
        // A function or alias of the script's own stands before a command.
        let name = command.name.to_lowercase();
        if !script.functions.contains(&name) && !aliases.contains(&name) {
            of_command(command, script, table, &mut out);
            values::of_command(text, command, table, &mut out);
        }
    }
    out.extend(members::findings(text, script, table));
    // A table may be splatted more than once.
    let mut seen = BTreeSet::new();
    out.retain(|r| seen.insert((r.start, r.what.clone())));
    let mut told = BTreeSet::new();
    for (at, name) in script.variables.iter().filter(|(at, _)| script.runs(*at)) {
        let known = table
            .variables
            .iter()
            .find(|v| v.eq_ignore_ascii_case(unscoped(name)));
        if let Some(known) = known.filter(|v| told.insert(v.as_str())) {
            out.push(Raw {
                start: *at,
                end: at + 1 + name.len(),
                what: format!("the variable ${known}"),
                message: "5.1 gives no error: it has no such variable, which is $null".into(),
                error_id: None,
                reach: Reach::Silent,
            });
        }
    }
    for (at, name) in &script.types {
        // An array's or generic type's own are types, too.
        let parts = name.split(['[', ']', ',']).map(str::trim);
        if let Some(part) = parts.filter(|p| !p.is_empty()).find(|p| is_newer(p, table)) {
            out.push(Raw {
                start: *at,
                end: at + 1,
                what: format!("the type [{part}]"),
                message: format!("Unable to find type [{part}]."),
                error_id: Some("TypeNotFound".into()),
                reach: Reach::Fails,
            });
        }
        out.extend(attributes::finding(text, (*at, name), &table.attributes));
    }
    out
}

/// Whether 5.1 has no type of a name; `System.` may be left out.
fn is_newer(name: &str, table: &Table) -> bool {
    let long = format!("System.{name}");
    table
        .types
        .names
        .iter()
        .any(|known| match known.strip_suffix(".*") {
            Some(space) => [name, &long].iter().any(|n| {
                n.get(..space.len())
                    .is_some_and(|h| h.eq_ignore_ascii_case(space))
                    && n[space.len()..].starts_with('.')
            }),
            None => known.eq_ignore_ascii_case(name) || known.eq_ignore_ascii_case(&long),
        })
}

fn of_command(command: &Command, script: &Script, table: &Table, out: &mut Vec<Raw>) {
    let alias = |(alias, _): &(&String, &String)| alias.eq_ignore_ascii_case(&command.name);
    if let Some((alias, of)) = table.aliases.iter().find(alias) {
        out.push(Raw {
            start: command.at,
            end: command.at + alias.len(),
            what: format!("the alias {alias} of {of}"),
            message: not_recognized(alias),
            error_id: Some("CommandNotFoundException".into()),
            reach: Reach::Fails,
        });
    }
    let full = full_name(&command.name);
    let same = |name: &String| name.eq_ignore_ascii_case(full);
    let named = table.commands.names.iter().find(|n| same(n));
    if let Some(name) = named.filter(|n| !is_brought(n, script)) {
        out.push(Raw {
            start: command.at,
            end: command.at + command.name.len(),
            what: format!("the command {name}"),
            message: not_recognized(name),
            error_id: Some("CommandNotFoundException".into()),
            reach: Reach::Fails,
        });
    }
    out.extend(third_part(command, full));
    let newer = table.parameters.by_command.iter().find(|(n, _)| same(n));
    let Some((name, newer)) = newer else { return };
    for given in parameters::given(command, script) {
        let (what, message, reach) = match stands_for(name, given.name, newer) {
            Some(Stands::Newer(known)) => (
                format!("the parameter -{known} of {name}"),
                parameter_not_found(given.name),
                Reach::Fails,
            ),
            Some(Stands::Both(old, known)) if !differences::is_ours(name) => (
                format!("the parameter -{} of {name}", given.name),
                format!(
                    "it is -{old} in 5.1; PowerShell 7 has -{known} as well and takes it for neither: the command fails here"
                ),
                Reach::Here,
            ),
            _ => continue,
        };
        out.push(Raw {
            start: given.start,
            end: given.end,
            what,
            message,
            error_id: (reach == Reach::Fails).then(|| "NamedParameterNotFound".into()),
            reach,
        });
    }
}

/// Whether the script itself loads or installs the module that brings a command to 5.1 as well.
fn is_brought(name: &str, script: &Script) -> bool {
    const LOADS: [&str; 3] = ["Import-Module", "Install-Module", "Install-PSResource"];
    const BROUGHT: [(&str, &str); 1] = [("Start-ThreadJob", "ThreadJob")];
    let module = BROUGHT.iter().find(|(c, _)| c.eq_ignore_ascii_case(name));
    let Some((_, module)) = module else {
        return false;
    };
    script.commands.iter().any(|command| {
        let full = full_name(&command.name);
        LOADS.iter().any(|l| l.eq_ignore_ascii_case(full))
            && command.words.iter().any(|(_, w)| {
                let last = w.rsplit(['\\', '/']).next().unwrap_or(w);
                last.eq_ignore_ascii_case(module)
            })
    })
}

/// `Join-Path a b c`: 5.1 joins two parts.
fn third_part(command: &Command, full: &str) -> Option<Raw> {
    let plain = command.parameters.is_empty() && command.splats.is_empty();
    let parts = command.arguments.saturating_sub(command.joined);
    let is = full.eq_ignore_ascii_case("Join-Path") && plain && parts > 2;
    is.then(|| Raw {
        start: command.at,
        end: command.at + command.name.len(),
        what: "a third part for Join-Path".into(),
        message: "A positional parameter cannot be found that accepts argument".into(),
        error_id: Some("PositionalParameterNotFound".into()),
        reach: Reach::Fails,
    })
}

/// Whether it is a command that 5.1 does not have, in any case of letters.
pub(super) fn is_newer_command(name: &str) -> bool {
    let same = |n: &String| n.eq_ignore_ascii_case(name);
    table().is_some_and(|t| t.commands.names.iter().any(same))
}
