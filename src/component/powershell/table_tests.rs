//! Every row of `powershell/newer.json` is found in an example of it, or says why nothing looks for it.

use super::{Finding, Reach, check};
use serde_json::Value;

fn table() -> Value {
    serde_json::from_str(super::newer::TABLE).unwrap()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|t| t.as_str().unwrap())
        .collect()
}

/// Whether a row says why nothing looks for it.
fn unchecked(row: &Value) -> bool {
    row.get("unchecked").is_some_and(|why| {
        assert!(why.as_str().unwrap().len() > 20, "{row}");
        true
    })
}

/// The finding of that name and reach in an example; there is to be one.
fn found(example: &str, what: &str, reach: Reach) -> Finding {
    let findings = check(example.as_bytes()).findings;
    let found = findings.iter().find(|f| f.what == what).cloned();
    let found = found.unwrap_or_else(|| panic!("{example:?}: no {what:?} in {findings:#?}"));
    assert_eq!(found.reach, reach, "{example:?}");
    found
}

fn reach(row: &Value) -> Reach {
    match row["when"].as_str().unwrap() {
        "parse" => Reach::Refused,
        "start" => Reach::Unmet,
        "run" => Reach::Fails,
        "silent" => Reach::Silent,
        other => panic!("{other}"),
    }
}

#[test]
fn the_table_and_the_reader_agree() {
    let table = table();
    let known = [
        "read_me",
        "syntax",
        "commands",
        "aliases",
        "parameters",
        "values",
        "variables",
        "types",
        "attributes",
        "members",
        "only_in_51",
    ];
    for part in table.as_object().unwrap().keys() {
        assert!(known.contains(&part.as_str()), "{part} is read by nobody");
    }
    for row in table["syntax"].as_array().unwrap() {
        if unchecked(row) {
            continue;
        }
        let (example, what) = (
            row["example"].as_str().unwrap(),
            row["what"].as_str().unwrap(),
        );
        let found = found(example, what, reach(row));
        assert_eq!(
            found.error_id.as_deref(),
            row["error_id"].as_str(),
            "{what}"
        );
        if matches!(found.reach, Reach::Refused | Reach::Unmet) {
            assert_eq!(
                Some(found.message.as_str()),
                row["message_51"].as_str(),
                "{what}"
            );
        }
    }
}

#[test]
fn every_command_parameter_variable_and_type_of_the_table_is_found() {
    let table = table();
    for name in texts(&table["commands"]["names"]) {
        found(name, &format!("the command {name}"), Reach::Fails);
    }
    for (alias, of) in table["aliases"].as_object().unwrap() {
        let of = of.as_str().unwrap();
        found(alias, &format!("the alias {alias} of {of}"), Reach::Fails);
    }
    for (command, parameters) in table["parameters"]["by_command"].as_object().unwrap() {
        for p in texts(parameters) {
            let what = format!("the parameter -{p} of {command}");
            found(&format!("{command} -{p}"), &what, Reach::Fails);
        }
    }
    for p in texts(&table["parameters"]["common"]) {
        let what = format!("the common parameter -{p}");
        found(&format!("gci -{p} Ignore"), &what, Reach::Fails);
    }
    for name in texts(&table["variables"]) {
        let what = format!("the variable ${name}");
        for example in [
            format!("${name}"),
            format!("$global:{name}"),
            format!("${{script:{name}}}"),
        ] {
            found(&example, &what, Reach::Silent);
        }
        assert_eq!(
            check(format!("$env:{name}; $my:{name}").as_bytes()).findings,
            []
        );
    }
    for name in texts(&table["types"]["names"]) {
        let name = name.replace(".*", ".Some");
        for example in [
            format!("[{name}]$a"),
            format!("[{name}[]]$a"),
            format!("[List[{name}]]$a"),
        ] {
            found(&example, &format!("the type [{name}]"), Reach::Fails);
        }
    }
    let old = table["only_in_51"]["parameters"].as_object().unwrap();
    let gives_way = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/powershell/give-way.txt"
    ));
    for (command, parameters) in old {
        for p in texts(parameters) {
            let findings = check(format!("{command} -{p}").as_bytes()).findings;
            let ours = gives_way
                .lines()
                .any(|l| l.ends_with(&format!(" {command}")));
            assert_eq!(
                findings.iter().any(|f| f.reach == Reach::Here),
                !ours,
                "{command} -{p}"
            );
        }
    }
}

#[test]
fn every_value_and_attribute_of_the_table_is_found() {
    let table = table();
    for row in table["values"].as_array().unwrap() {
        if unchecked(row) {
            continue;
        }
        let parameter = row["parameter"].as_str().unwrap();
        for command in texts(&row["commands"]) {
            let command = if command == "*" { "Get-Item" } else { command };
            for value in texts(&row["values"]) {
                let value = value.replace(['*', '#'], "1252");
                let what = format!("-{parameter} {value}");
                let found = found(
                    &format!("{command} a -{parameter} {value}"),
                    &what,
                    reach(row),
                );
                assert_eq!(
                    found.error_id.as_deref(),
                    row["error_id"].as_str(),
                    "{what}"
                );
                assert!(!found.message.contains('{'), "{found:?}");
            }
        }
    }
    let attributes = &table["attributes"];
    for name in texts(&attributes["names"]) {
        let script = format!("param([{name}('a', 'b')]$c)");
        found(&script, &format!("the attribute [{name}()]"), Reach::Fails);
    }
    for row in attributes["arguments"].as_array().unwrap() {
        for name in texts(&row["attributes"]) {
            let (script, what) = match row["named"].as_str() {
                Some(named) => (
                    format!("param([{name}('a', {named} = 'b, c')]$d)"),
                    format!("{named} of [{name}()]"),
                ),
                None => (
                    format!("param([{name}('Positive')]$a)"),
                    format!("[{name}()] with 1 argument"),
                ),
            };
            let found = found(&script, &what, Reach::Fails);
            assert_eq!(
                found.error_id.as_deref(),
                row["error_id"].as_str(),
                "{what}"
            );
        }
    }
}

#[test]
fn every_member_of_the_table_is_found() {
    let members = &table()["members"];
    for (part, call, reach) in [
        ("methods", "('a')", Reach::Fails),
        ("properties", "", Reach::Silent),
    ] {
        for (of, names) in members[part]["by_type"].as_object().unwrap() {
            let short = of.strip_prefix("System.").unwrap();
            for name in texts(names) {
                let what = format!("[{of}]::{name}");
                found(&format!("$a = [{short}]::{name}{call}"), &what, reach);
                found(&format!("[{of}]::{name}{call}"), &what, reach);
            }
        }
    }
    for row in members["calls"].as_array().unwrap() {
        if !unchecked(row) {
            let found = found(
                row["example"].as_str().unwrap(),
                row["what"].as_str().unwrap(),
                reach(row),
            );
            assert_eq!(found.error_id.as_deref(), row["error_id"].as_str());
            assert!(!found.message.contains('{'), "{found:?}");
        }
    }
    for row in members["of_objects"].as_array().unwrap() {
        if !unchecked(row) {
            let what = format!("the property {}", row["name"].as_str().unwrap());
            found(row["example"].as_str().unwrap(), &what, Reach::Silent);
        }
    }
}

/// What both take alike, though it looks like a row of the table.
#[test]
fn look_alikes_of_the_table_are_left_alone() {
    for script in [
        "Set-Content a -Value 1 -Encoding UTF8",
        "Set-Content a b -Encoding BigEndianUTF32",
        "Out-File a -Encoding $encoding",
        "Get-Date -UFormat '%Y-%m-%d %H:%M:%S %U'",
        "Set-Service a -StartupType Automatic; Start-Thing -StartupType AutomaticDelayedStart",
        "Get-Item a -ErrorAction Stop; foo -ea SilentlyContinue",
        "function Get-Uptime2 { param($ProgressAction) }",
        "param([ValidateRange(1, 5)][ValidatePattern('ErrorMessage = 1')]$a, [ValidateSet('a')]$b)",
        "$a.Contains('b'); $a.Replace('a', 'b'); [regex]::Replace($a, 'b', 'c'); $r.Replace($a, 'b', 1)",
        "$a.Split(','); $a.Split(\"`n\"); $a.Split([char[]]'ab'); [regex]::Split($a, 'ab'); $a -split 'ab'",
        "$p.Kill(); [IO.File]::Move('a', 'b'); [IO.Compression.ZipFile]::ExtractToDirectory('a', 'b', [Text.Encoding]::UTF8)",
        "[IO.Path]::Combine('a', 'b'); [Math]::Max(1, 2); [Environment]::TickCount; $a.Join('b')",
        "(Get-CimInstance Win32_Process).CommandLine; Get-Process; $a.StartupType",
        "Get-Process | Select-Object * -ExcludeProperty Id; $p | select $names -ExcludeProperty Id",
        "Get-Process | Select-Object -Property * -ExcludeProperty Id; $a | select -Unique Name -Exc Id",
        "$a = @(Import-Csv a.csv); $a.Count; $b = '[1, 2]' | ConvertFrom-Json; $b.Count; [array]$c = Import-Csv a; $c.Count",
        "$a = Get-Process | Select-Object -ExpandProperty Id; $a.Count; $d = @{ b = 1 }; $d.Count",
        "Join-Path a b; Join-Path $a b, c; Join-Path a b -Resolve; if ($null -eq $IsWindows -or $IsWindows) { 1 }",
        "if (Get-Command Get-Uptime -ErrorAction SilentlyContinue) { Get-Uptime }",
        "Import-Module ThreadJob; Start-ThreadJob { 1 }",
        "$p = @{ Uri = 'http://x'; UseBasicParsing = $true }; Invoke-WebRequest @p; iwr @given",
        "New-Alias gerr Get-Error2; gerr; Set-Alias -Name iwr -Value foo; iwr -Form x; .\\curl -Form x",
    ] {
        assert_eq!(check(script.as_bytes()).findings, [], "{script}");
    }
}

#[test]
fn aliases_stand_for_their_commands() {
    for (script, what) in [
        (
            "'a' | sc x -AsByteStream",
            "the parameter -AsByteStream of Set-Content",
        ),
        ("? Name -Not", "the parameter -Not of Where-Object"),
        ("where Name -Not", "the parameter -Not of Where-Object"),
        (
            "tee a -Encoding utf8",
            "the parameter -Encoding of Tee-Object",
        ),
        (
            "sleep -Duration 5",
            "the parameter -Duration of Start-Sleep",
        ),
        (
            "gcm -UseFuzzyMatching",
            "the parameter -UseFuzzyMatching of Get-Command",
        ),
        (
            "gmo -SkipEditionCheck",
            "the parameter -SkipEditionCheck of Get-Module",
        ),
        (
            "sajb { } -WorkingDirectory c",
            "the parameter -WorkingDirectory of Start-Job",
        ),
        (
            "gcb -Delimiter x",
            "the parameter -Delimiter of Get-Clipboard",
        ),
        (
            "scb a -PassThru",
            "the parameter -PassThru of Set-Clipboard",
        ),
        ("cvpa a -Force", "the parameter -Force of Convert-Path"),
        ("rvpa a -Force", "the parameter -Force of Resolve-Path"),
        (
            "nsn -HostName a",
            "the parameter -HostName of New-PSSession",
        ),
        (
            "curl -UseBasicParsing http://a -Form $b",
            "the parameter -Form of Invoke-WebRequest",
        ),
        ("Join-Path $a b c", "a third part for Join-Path"),
        ("Start-ThreadJob { 1 }", "the command Start-ThreadJob"),
        ("Microsoft.PowerShell.Utility\\iwr", ""),
        (
            "Microsoft.PowerShell.Management\\Get-Content a -AsByteStream",
            "the parameter -AsByteStream of Get-Content",
        ),
    ] {
        let told: Vec<String> = check(script.as_bytes())
            .findings
            .into_iter()
            .map(|f| f.what)
            .collect();
        let wanted: Vec<&str> = Some(what).filter(|w| !w.is_empty()).into_iter().collect();
        assert_eq!(told, wanted, "{script}");
    }
    // Each row is an alias and a command.
    assert_eq!(super::aliases::full_name("GCI"), "Get-ChildItem");
    assert_eq!(super::aliases::full_name(r"C:\x\gci"), r"C:\x\gci");
    assert_eq!(super::aliases::full_name(""), "");
}

#[test]
fn requires_is_read_shortened_and_joined() {
    for (script, wanted) in [
        ("#Requires -v 7", "#Requires -Version 7"),
        ("#Requires -Version:7.0", "#Requires -Version 7.0"),
        ("#requires -Ver:'7.2' -Modules a", "#Requires -Version 7.2"),
        ("#Requires -RunAs -psed Core", "#Requires -PSEdition Core"),
        ("#Requires -m a -vers 6.0", "#Requires -Version 6.0"),
    ] {
        found(script, wanted, Reach::Unmet);
    }
    for script in [
        "#Requires -p Some.SnapIn -Version 7",
        "#Requires -Version:5.1",
        "#Requires -Modules @{ ModuleName = 'a'; ModuleVersion = '7.0' }",
    ] {
        assert_eq!(check(script.as_bytes()).findings, [], "{script}");
    }
}

#[test]
fn names_that_begin_like_a_number_are_no_numbers() {
    for script in ["9s-tool", "$a = 9s-tool /x", "9s.exe"] {
        let findings = check(script.as_bytes()).findings;
        assert_eq!(findings.len(), 1, "{script}: {findings:?}");
        assert_eq!(findings[0].reach, Reach::Here, "{script}");
        assert!(findings[0].what.starts_with("the name "), "{findings:?}");
    }
    for script in ["9s", "9s -eq 9", "9s-eq 9", "5u-$a", "5u.ToString()"] {
        let findings = check(script.as_bytes()).findings;
        assert!(
            findings.iter().all(|f| f.reach == Reach::Fails),
            "{script}: {findings:?}"
        );
        assert_eq!(findings.len(), 1, "{script}");
    }
    assert_eq!(check(b"9-2; 9z-tool; 7z.exe x").findings, []);
}
