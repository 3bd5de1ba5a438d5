//! Parameters as a script gives them: in full, shortened, with a colon, or splatted from a hash table.

use super::reader::{Command, Script};

const OF_51: &str = include_str!("parameters.txt");

/// Those that every cmdlet has, in both versions.
const COMMON: &str = "Verbose/vb Debug/db ErrorAction/ea WarningAction/wa InformationAction/infa ErrorVariable/ev \
    WarningVariable/wv InformationVariable/iv OutVariable/ov OutBuffer/ob PipelineVariable/pv";

/// Parameters that 7 finds only after the others, by the provider of a path: they make no other ambiguous.
const DYNAMIC: &[&str] = &["FollowSymlink", "AsByteStream"];

/// Most keys of splatted tables that are looked at for one command.
const MOST: usize = 100;

/// A parameter of a command.
pub(super) struct Given<'a> {
    /// Where its dash or its key stands.
    pub start: usize,
    pub end: usize,
    /// As written.
    pub name: &'a str,
}

/// All parameters of a command that its own text or a table of the script tells.
pub(super) fn given<'a>(command: &'a Command, script: &'a Script) -> Vec<Given<'a>> {
    let own = command.parameters.iter().map(|(at, name)| Given {
        start: *at,
        end: at + 1 + name.len(),
        name,
    });
    let mut all: Vec<_> = own.collect();
    for splatted in &command.splats {
        let before = script.tables.iter().rev();
        let of = before.filter(|t| t.at < command.at && t.name.eq_ignore_ascii_case(splatted));
        let mut room = MOST;
        for table in of {
            let keys = table.keys.iter().take(room);
            all.extend(keys.map(|(at, name)| Given {
                start: *at,
                end: at + name.len(),
                name,
            }));
            room = room.saturating_sub(table.keys.len());
            if table.whole || room == 0 {
                break;
            }
        }
    }
    all
}

/// What a name stands for where a command has newer parameters.
pub(super) enum Stands<'a> {
    /// One that 5.1 does not have.
    Newer(&'a str),
    /// One that 5.1 has, and in 7 a newer one as well: 7 takes it for neither.
    Both(String, &'a str),
}

/// Looks a name up among a command's newer parameters and those of 5.1.
pub(super) fn stands_for<'a>(full: &str, name: &str, newer: &'a [String]) -> Option<Stands<'a>> {
    if let Some(exact) = newer.iter().find(|n| n.eq_ignore_ascii_case(name)) {
        return Some(Stands::Newer(exact));
    }
    let mut begin = newer.iter().filter(|n| begins(n, name));
    let first = begin.next()?;
    let old = of_51(full, name)?;
    match old.as_slice() {
        // Several newer ones: neither version takes it.
        [] => begin.next().is_none().then_some(Stands::Newer(first)),
        [one] if !one.eq_ignore_ascii_case(name) && !is_dynamic(first) => {
            Some(Stands::Both(one.clone(), first))
        }
        _ => None,
    }
}

/// The parameter that only 5.1 has for which a name stands there, where it stands for none in 7.
pub(super) fn old_one<'a>(
    full: &str,
    name: &str,
    old: &'a [String],
    newer: &[String],
) -> Option<&'a str> {
    if let Some(exact) = old.iter().find(|o| o.eq_ignore_ascii_case(name)) {
        return Some(exact);
    }
    if newer.iter().any(|n| begins(n, name)) {
        return None;
    }
    match of_51(full, name)?.as_slice() {
        [one] => old
            .iter()
            .find(|o| o.eq_ignore_ascii_case(one))
            .map(String::as_str),
        _ => None,
    }
}

/// The parameters of 5.1 that a name may stand for, the name itself alone where it is one; none: they are
/// not known.
fn of_51(full: &str, name: &str) -> Option<Vec<String>> {
    let rows = OF_51.lines().filter(|l| !l.starts_with('#'));
    let row = rows.map(|l| l.split_once(' ').unwrap_or((l, "")));
    let (_, own) = row
        .into_iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(full))?;
    let mut found = Vec::new();
    for entry in own.split_whitespace().chain(COMMON.split_whitespace()) {
        let parameter = entry.split('/').next().unwrap_or(entry);
        if entry.split('/').any(|n| n.eq_ignore_ascii_case(name)) {
            return Some(vec![name.to_owned()]);
        }
        if entry.split('/').any(|n| begins(n, name)) {
            found.push(parameter.to_owned());
        }
    }
    Some(found)
}

fn begins(parameter: &str, name: &str) -> bool {
    !name.is_empty()
        && parameter
            .get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name))
}

fn is_dynamic(parameter: &str) -> bool {
    DYNAMIC.contains(&parameter)
}

#[cfg(test)]
mod tests {
    use super::super::tests::of;
    use super::super::{Reach, check};

    #[test]
    fn parameters_are_known_shortened_and_splatted() {
        for (script, what) in [
            (
                "1..3 | % -Par { $_ }",
                "the parameter -Parallel of ForEach-Object",
            ),
            (
                "1..3 | ForEach-Object -Parallel: { $_ }",
                "the parameter -Parallel of ForEach-Object",
            ),
            (
                "irm http://h -SkipCert:$true",
                "the parameter -SkipCertificateCheck of Invoke-RestMethod",
            ),
            (
                "$p = @{ Parallel = { $_ }; End = { 1 } }\n1..3 | ForEach-Object @p",
                "the parameter -Parallel of ForEach-Object",
            ),
            (
                "[hashtable]$p = [ordered]@{\n 'Depth' = 3\n}; $x | ConvertFrom-Json @p; $y | ConvertFrom-Json @P",
                "the parameter -Depth of ConvertFrom-Json",
            ),
            (
                "$p = @{}; $p.SkipCertificateCheck = $true; $p['Uri'] = $u; iwr @p -UseBasicParsing",
                "the parameter -SkipCertificateCheck of Invoke-WebRequest",
            ),
            (
                "$p = @{ Uri = 'x' }; $p[\"Token\"] = $t; irm @p",
                "the parameter -Token of Invoke-RestMethod",
            ),
        ] {
            assert_eq!(of(script, Reach::Fails), [what], "{script:?}");
            assert_eq!(of(script, Reach::Here), [""; 0], "{script:?}");
        }
        let told = check(b"$p = @{ End = 1; Parallel = {} }; 1 | % @p; 2 | % @p").findings;
        let places: Vec<_> = told.iter().map(|f| (f.column, f.end - f.start)).collect();
        assert_eq!(places, [(18, 8)]);
        for (script, what) in [
            (
                "$x | measure -S Length",
                "the parameter -S of Measure-Object",
            ),
            (
                "Expand-Archive -Pa a.zip",
                "the parameter -Pa of Expand-Archive",
            ),
            ("sls -No x", "the parameter -No of Select-String"),
        ] {
            assert_eq!(of(script, Reach::Here), [what], "{script:?}");
            assert_eq!(of(script, Reach::Fails), [""; 0], "{script:?}");
        }
        for script in [
            // 5.1 takes each for one of its own, or neither version takes it.
            "1..3 | % -Proc { 1 } -EA Stop",
            "irm -Method Get -Head $h -Time 5 -Us",
            "gci -Fo -Rec; gci -f x",
            "dir -ad; Get-ChildItem -Dir",
            "export-csv -NoType -Enc utf8 x",
            "select -f 1; select -First 1; Split-Path -Leaf x; Split-Path -Par x",
            // Splatted to something else, or before the table holds it.
            "$p = @{ Parallel = 1 }; foo @p; 1..3 | % @q",
            "1 | % @p; $p = @{ Parallel = 1 }",
            "$p = @{ Parallel = 1 }; $p = @{ End = 1 }; 1 | % @p",
            "$p = @{ Begin = @{ Parallel = 1 } }; 1 | % @p",
            "$p = Get-It @{ Parallel = 1 }; 1 | % @p",
        ] {
            assert_eq!(check(script.as_bytes()).findings, [], "{script:?}");
        }
        assert_eq!(
            of("Get-Clipboard -TextF Html", Reach::Here),
            ["the parameter -TextF of Get-Clipboard"]
        );
    }
}
