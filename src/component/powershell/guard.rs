//! What a condition is in 5.1, where it asks for the version or the edition.

use std::cmp::Ordering;

/// Longest condition that is looked at, in bytes, and most operators in it.
const LONGEST: usize = 1000;

/// Variables that 5.1 does not have, so that they are false there.
const ABSENT: &[&str] = &["$iscoreclr", "$iswindows", "$islinux", "$ismacos"];

/// What a condition is in 5.1, which parts of it 5.1 never comes to, and which do nothing but ask for the
/// edition. Places count from the condition's beginning.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub holds: Option<bool>,
    pub passed_over: Vec<(usize, usize)>,
}

pub(super) fn ask(condition: &str) -> Asked {
    let mut asked = Asked::default();
    if condition.len() <= LONGEST {
        asked.holds = value(condition, 0, &mut asked.passed_over);
    }
    asked
}

fn value(text: &str, place: usize, over: &mut Vec<(usize, usize)>) -> Option<bool> {
    let place = place + text.len() - text.trim_start().len();
    let text = text.trim();
    if let Some(inner) = in_brackets(text) {
        return value(inner, place + 1, over);
    }
    // Both have the same precedence: the last one joins all before it with the rest.
    if let Some((at, and, length)) = last_junction(text) {
        let right = at + length;
        let left = value(&text[..at], place, over);
        if left == Some(!and) {
            over.push((place + right, place + text.len()));
            return left;
        }
        let right = value(&text[right..], place + right, over);
        return match (left, right) {
            (_, Some(r)) if r != and => Some(r),
            (Some(_), r) => r,
            _ => None,
        };
    }
    let lower = text.to_ascii_lowercase();
    for sign in ["!", "-not"] {
        if let Some(rest) = lower.strip_prefix(sign) {
            let from = text.len() - rest.len();
            return value(&text[from..], place + from, over).map(|v| !v);
        }
    }
    if let Some(value) = of_null(&lower) {
        // The variable is there for nothing but the question.
        over.push((place, place + text.len()));
        return Some(value);
    }
    if let Some(command) = looked_for(&lower) {
        return super::newer::is_newer_command(command).then_some(false);
    }
    if ABSENT.contains(&lower.as_str()) {
        // This one is there for nothing but the question.
        if lower == "$iscoreclr" {
            over.push((place, place + text.len()));
        }
        return Some(false);
    }
    compared(&lower)
}

/// `$null -eq $IsWindows` and its like, in lower case.
fn of_null(text: &str) -> Option<bool> {
    let words: Vec<&str> = text.split_whitespace().take(4).collect();
    let [left, sign, right] = words.as_slice() else {
        return None;
    };
    let asks = |a: &str, b: &str| a == "$null" && ABSENT.contains(&b);
    if !asks(left, right) && !asks(right, left) {
        return None;
    }
    match *sign {
        "-eq" | "-ieq" | "-ceq" => Some(true),
        "-ne" | "-ine" | "-cne" => Some(false),
        _ => None,
    }
}

/// The command that `Get-Command NAME -ErrorAction SilentlyContinue` looks for, in lower case.
fn looked_for(text: &str) -> Option<&str> {
    let mut words = text.split_whitespace();
    let looks = matches!(words.next()?, "get-command" | "gcm");
    let name = match words.next()? {
        "-name" => words.next()?,
        name if name.starts_with('-') => return None,
        name => name,
    };
    let mut rest = words.skip_while(|w| !w.starts_with("-erroraction") && !w.starts_with("-ea"));
    let quiet = rest.next().is_some_and(|first| {
        let told = first.split_once(':').map(|(_, told)| told);
        let told = told.or_else(|| rest.next());
        told.is_some_and(|t| ["silentlycontinue", "ignore", "0"].contains(&bare(t)))
    });
    (looks && quiet).then(|| bare(name))
}

/// What stands in one pair of brackets that is all of a text.
fn in_brackets(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut open = 0;
    for c in inner.chars() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open < 0 {
            return None;
        }
    }
    (open == 0).then_some(inner)
}

/// The last `-and` or `-or` outside brackets and quotes: its place, which it is, its length.
fn last_junction(text: &str) -> Option<(usize, bool, usize)> {
    let (mut open, mut quote, mut last) = (0, None, None);
    for (at, c) in text.char_indices() {
        match c {
            _ if quote.is_some() => quote = quote.filter(|open| *open != c),
            '\'' | '"' => quote = Some(c),
            '(' | '{' | '[' => open += 1,
            ')' | '}' | ']' => open -= 1,
            '-' if open == 0 => {
                for (word, and) in [("-and", true), ("-or", false)] {
                    let end = at + word.len();
                    let is = text
                        .get(at..end)
                        .is_some_and(|w| w.eq_ignore_ascii_case(word));
                    let ends = !text[end.min(text.len())..].starts_with(char::is_alphanumeric);
                    if is && ends {
                        last = Some((at, and, word.len()));
                    }
                }
            }
            _ => {}
        }
    }
    last
}

/// `$PSVersionTable.PSVersion.Major -ge 6` and its like, in lower case.
fn compared(text: &str) -> Option<bool> {
    let mut words = text.split_whitespace();
    let (left, sign, right) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let sign = sign.strip_prefix('-')?;
    let sign = sign.strip_prefix(['i', 'c']).unwrap_or(sign);
    let (asked, sign, with) = match known(left) {
        Some(known) => (known, sign, right),
        None => {
            let turned = match sign {
                "ge" => "le",
                "gt" => "lt",
                "le" => "ge",
                "lt" => "gt",
                other => other,
            };
            (known(right)?, turned, left)
        }
    };
    let with = bare(with);
    let order = match asked {
        Known::Edition => {
            let same = with == "desktop";
            return match sign {
                "eq" => Some(same),
                "ne" => Some(!same),
                _ => None,
            };
        }
        Known::Major => 5.cmp(&with.parse::<u32>().ok()?),
        Known::Version => {
            let mut parts = with.split('.').map(str::parse::<u32>);
            let major = parts.next()?.ok()?;
            let minor = parts.next().unwrap_or(Ok(0)).ok()?;
            match (5, 1).cmp(&(major, minor)) {
                // 5.1 itself has a build, too: more than `5.1`, and not to be told from a longer one.
                Ordering::Equal if parts.next().is_some() => return None,
                Ordering::Equal => Ordering::Greater,
                order => order,
            }
        }
    };
    match sign {
        "ge" => Some(order.is_ge()),
        "gt" => Some(order.is_gt()),
        "le" => Some(order.is_le()),
        "lt" => Some(order.is_lt()),
        "eq" => Some(order.is_eq()),
        "ne" => Some(order.is_ne()),
        _ => None,
    }
}

enum Known {
    Major,
    Version,
    Edition,
}

fn known(text: &str) -> Option<Known> {
    match bare(text) {
        "$psversiontable.psversion.major" | "$host.version.major" => Some(Known::Major),
        "$psversiontable.psversion" => Some(Known::Version),
        "$psedition" | "$psversiontable.psedition" => Some(Known::Edition),
        _ => None,
    }
}

/// A value without brackets, a cast and quotes.
fn bare(text: &str) -> &str {
    let text = in_brackets(text).unwrap_or(text);
    let cast = ["[version]", "[int]", "[string]"];
    let text = cast
        .iter()
        .find_map(|c| text.strip_prefix(c))
        .unwrap_or(text);
    text.trim_matches(['\'', '"'])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{of, refused};
    use super::super::{Reach, check};
    use super::ask;

    #[test]
    fn conditions_have_their_value_in_5_1() {
        for (condition, holds) in [
            ("$PSVersionTable.PSVersion.Major -ge 6", Some(false)),
            ("($PSVersionTable.PSVersion.Major) -gt 5", Some(false)),
            ("$PSVersionTable.PSVersion.Major -lt 7", Some(true)),
            ("7 -le $PSVersionTable.PSVersion.Major", Some(false)),
            ("$PSVersionTable.PSVersion.Major -ge 5", Some(true)),
            ("$PSVersionTable.PSVersion -ge [version]'7.0'", Some(false)),
            ("[version]$PSVersionTable.PSVersion -ge '5.1'", Some(true)),
            ("$PSVersionTable.PSVersion -lt '5.1.22621'", None),
            ("$PSEdition -eq 'Core'", Some(false)),
            ("$PSVersionTable.PSEdition -ne \"Desktop\"", Some(false)),
            ("-not $IsCoreCLR", Some(true)),
            ("!($IsCoreCLR)", Some(true)),
            ("$IsCoreCLR -and $x", Some(false)),
            ("$x -and $IsCoreCLR", Some(false)),
            ("$x -or $IsCoreCLR", None),
            ("-not $IsCoreCLR -or $x", Some(true)),
            ("($x) -or ($y)", None),
            ("$x -ge 6", None),
            ("$PSVersionTable.PSVersion.Major -ge $y", None),
            ("Test-Path $IsCoreCLR", None),
            ("$null -eq $IsWindows", Some(true)),
            ("$IsWindows -ne $null", Some(false)),
            ("$null -eq $IsWindows -or $IsWindows", Some(true)),
            ("$null -eq $x", None),
            (
                "Get-Command Get-Uptime -ErrorAction SilentlyContinue",
                Some(false),
            ),
            ("-not (gcm -Name 'Get-Uptime' -ea:Ignore)", Some(true)),
            ("Get-Command Get-Uptime", None),
            ("Get-Command Get-Process -ea 0", None),
            ("", None),
        ] {
            assert_eq!(ask(condition).holds, holds, "{condition:?}");
        }
        let over = |c: &str| ask(c).passed_over;
        assert_eq!(over("$IsWindows -and (a)"), [(15, 19)]);
        assert_eq!(
            over("$PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows"),
            [(41, 52)]
        );
        assert_eq!(over("$x -and (a)"), []);
    }

    #[test]
    fn what_5_1_never_comes_to_is_not_told() {
        for script in [
            "if ($PSVersionTable.PSVersion.Major -ge 6) { Get-Uptime; $x = 5u; [semver]'1.2.3' }",
            "if ($IsCoreCLR) { 1..3 | % -Parallel { $_ } } else { 1..3 | % { $_ } }",
            "if ($PSVersionTable.PSEdition -eq 'Core') { irm http://h -SkipCertificateCheck }",
            "if ($PSVersionTable.PSVersion.Major -lt 6) { 1 } else { Get-Uptime }",
            "if ($x) { 1 } elseif ($PSVersionTable.PSVersion.Major -le 5) { 2 } elseif (Get-Uptime) { 3 } else { Get-Uptime }",
            "if ($PSVersionTable.PSVersion.Major -lt 7) { Write-Host no; exit 1 }\nGet-Uptime",
            "if ($PSVersionTable.PSVersion.Major -ge 7) { 1 } else { throw 'old' }\nfunction f { Get-Uptime }",
            "if ($PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows) { 1 }",
            "if ($PSVersionTable.PSVersion.Major -ge 6 -and (Get-Uptime)) { 1 }",
            "$ErrorActionPreference = 'Stop'\nif ($PSVersionTable.PSVersion -gt '7.2') { git x 2>&1 }",
        ] {
            let script = script.replace("$x = 5u; ", "");
            assert_eq!(check(script.as_bytes()).findings, [], "{script:?}");
        }
        for script in [
            "if ($PSVersionTable.PSVersion.Major -ge 6) { 1 } else { Get-Uptime }",
            "if ($PSVersionTable.PSVersion.Major -lt 6) { Get-Uptime } else { 1 }",
            "if ($x) { exit } Get-Uptime",
            "if ($PSVersionTable.PSVersion.Major -lt 7) { if ($x) { exit } }\nGet-Uptime",
            "if ($PSVersionTable.PSVersion.Major -ge 7) { exit }\nGet-Uptime",
            "if ($x -ge 6) { Get-Uptime }",
            "if ($x) { 1 } elseif ($PSVersionTable.PSVersion.Major -ge 6) { 2 } else { Get-Uptime }",
            "function f { return 1 }\nGet-Uptime",
            "1..3 | % { return }; Get-Uptime",
            "if ($x -or $IsCoreCLR) { Get-Uptime }",
            "if ($PSVersionTable.PSVersion.Major -ge 6) { 1 }\nif ($x) { 1 } else { Get-Uptime }",
        ] {
            assert_eq!(
                of(script, Reach::Fails),
                ["the command Get-Uptime"],
                "{script:?}"
            );
        }
        // A variable is told where it is first reached.
        let script = "if ($IsCoreCLR) { $IsWindows }\n$IsWindows";
        let lines: Vec<_> = check(script.as_bytes())
            .findings
            .iter()
            .map(|f| f.line)
            .collect();
        assert_eq!(lines, [2]);
        // The whole file is parsed before a line of it runs.
        let script = "if ($IsCoreCLR) {\n#Requires -Version 7\n$a ?? 1; $b = 1 + 5u }";
        assert_eq!(refused(script).len(), 2);
        assert_eq!(of(script, Reach::Unmet).len(), 1);
        assert_eq!(
            of("if ($IsCoreCLR) { workflow w { 1 } }", Reach::Here),
            ["a workflow"]
        );
    }
}
