use super::super::{Reach, check};
use super::ROWS;

fn told(script: &str) -> Vec<String> {
    let findings = check(script.as_bytes()).findings.into_iter();
    let here = findings.filter(|f| f.reach == Reach::Here);
    here.map(|f| f.what).collect()
}

/// Scripts with what is told of them.
const SHOWN: &[(&str, &[&str])] = &[
    (
        "[Net.ServicePointManager]::SecurityProtocol = 'Tls12'",
        &["[Net.ServicePointManager]"],
    ),
    (
        "[System.Net.ServicePointManager]::ServerCertificateValidationCallback = { $true }",
        &["[Net.ServicePointManager]"],
    ),
    ("irm https://a.example/x", &["TLS by default"]),
    (
        "iwr http://a.example/x",
        &["Invoke-WebRequest without -UseBasicParsing"],
    ),
    (
        "[Text.Encoding]::Default.GetBytes('x')",
        &["[Text.Encoding]::Default"],
    ),
    ("[System.Environment]::Version", &["[Environment]::Version"]),
    ("& \"$PSHOME\\powershell.exe\"", &["$PSHOME"]),
    ("pwsh -File a.ps1", &["pwsh"]),
    ("Set-TimeZone 'UTC'", &["Set-TimeZone"]),
    (
        "if (Test-Path \"Cert:\\LocalMachine\\My\\$t\") { 1 }",
        &["Test-Path on Cert:"],
    ),
    (
        "'a' | Out-File x -Encoding utf7",
        &["-Encoding with UTF7 or a number"],
    ),
    ("gc x -Encoding 1252", &["-Encoding with UTF7 or a number"]),
    ("$a.Split('ab')", &["String.Split"]),
    ("$a.Split(\", \")[0]", &["String.Split"]),
    ("$_.FullyQualifiedErrorId", &["FullyQualifiedErrorId"]),
    ("$c.CimClassProperties['Name']", &["CimClassProperties"]),
    ("$c.CimClassMethods[\"Create\"]", &["CimClassMethods"]),
    (
        "$c.CimInstanceProperties['Name'].Value",
        &["CimInstanceProperties"],
    ),
    (
        "$x -is [Microsoft.Management.Infrastructure.CimInstance]",
        &["[Microsoft.Management.Infrastructure.*]"],
    ),
];

/// What looks like it and is the same in both.
const SAME: &[&str] = &[
    "# [Net.ServicePointManager]::SecurityProtocol",
    "'[Text.Encoding]::Default'",
    "[Net.ServicePointManager]::DefaultConnectionLimit",
    "irm http://a.example/x",
    "iwr http://a.example/x -UseBasicParsing",
    "iwr http://a.example/x -UseB",
    "function Invoke-WebRequest { }; Invoke-WebRequest",
    "[Text.Encoding]::UTF8",
    "[Environment]::MachineName",
    "Test-Path C:\\cert",
    "'a' | Out-File x -Encoding utf8",
    "$a.Split(',')",
    "$a.Split(\"`n\")",
    "$a.Split([char[]]'ab')",
    "$c.CimClassProperties.Name",
    "$c.CimInstanceProperties | Select-Object Name",
];

#[test]
fn what_a_text_shows_is_told_and_nothing_else() {
    for (script, wanted) in SHOWN {
        assert_eq!(told(script), *wanted, "{script}");
    }
    for script in SAME {
        assert_eq!(told(script), [""; 0], "{script}");
    }
}

#[test]
fn every_row_has_an_example() {
    for row in ROWS {
        let shown = SHOWN.iter().any(|(_, told)| told.contains(&row.what));
        assert!(shown, "{} has no example", row.what);
    }
}

#[test]
fn a_row_is_told_once_where_it_is_first() {
    let findings = check(b"'x'\n$PSHOME\n$PSHOME").findings;
    let places: Vec<_> = findings.iter().map(|f| (f.line, f.column)).collect();
    assert_eq!(places, [(2, 1)]);
    // What 5.1 never comes to hides no later place.
    let script = b"if ($PSVersionTable.PSVersion.Major -gt 5) {\n$PSHOME\n}\n$PSHOME";
    let findings = check(script).findings;
    let places: Vec<_> = findings.iter().map(|f| (f.line, f.column)).collect();
    assert_eq!(places, [(4, 1)]);
}
