use super::{Finding, Reach, check};
use proptest::prelude::*;

pub(super) fn refused(script: &str) -> Vec<Finding> {
    let mut findings = check(script.as_bytes()).findings;
    findings.retain(|f| f.reach == Reach::Refused);
    findings
}

pub(super) fn of(script: &str, reach: Reach) -> Vec<String> {
    let findings = check(script.as_bytes()).findings;
    let mut told: Vec<String> = findings
        .into_iter()
        .filter(|f| f.reach == reach)
        .map(|f| f.what)
        .collect();
    told.dedup();
    told
}

/// Script, line, column and error of the first refusal.
const REFUSED: &[(&str, usize, usize, &str)] = &[
    ("$a ? 1 : 2", 1, 4, "UnexpectedToken"),
    ("$x = $true ? 'yes' : 'no'", 1, 12, "UnexpectedToken"),
    (
        "exit ($LASTEXITCODE -eq 0 ? 0 : 1)",
        1,
        27,
        "UnexpectedToken",
    ),
    (
        "Write-Host ((Test-Path C:\\x) ? 'there' : 'gone')",
        1,
        30,
        "UnexpectedToken",
    ),
    ("\"a $($b ? 1 : 2) c\"", 1, 9, "UnexpectedToken"),
    ("@\"\n$( $b ? 1 : 2 )\n\"@", 2, 7, "UnexpectedToken"),
    (
        "@{ Name = 'a'; Value = $b ? 1 : 2 }",
        1,
        27,
        "UnexpectedToken",
    ),
    ("return $b ? 1 : 2", 1, 11, "UnexpectedToken"),
    ("$a ?? 1", 1, 4, "UnexpectedToken"),
    ("$name = $env:usrName ?? 'none'", 1, 22, "UnexpectedToken"),
    ("if (($a ?? 0) -gt 1) { 'x' }", 1, 9, "UnexpectedToken"),
    ("$a ??= 1", 1, 4, "UnexpectedToken"),
    ("$this.Cache ??= @{}", 1, 13, "UnexpectedToken"),
    ("${a}?.b", 1, 5, "UnexpectedToken"),
    ("(Get-Service nope)?.Status", 1, 19, "UnexpectedToken"),
    ("$a.b?.c", 1, 5, "UnexpectedToken"),
    ("${a}?[0]", 1, 5, "UnexpectedToken"),
    ("msiexec /i a.msi && echo done", 1, 18, "InvalidEndOfLine"),
    ("Test-Path C:\\x || exit 1", 1, 16, "InvalidEndOfLine"),
    ("if (1) {\n    $a && $b\n}", 2, 8, "InvalidEndOfLine"),
    ("cmd --% /c dir && echo x", 1, 16, "InvalidEndOfLine"),
    ("Start-Sleep 5 &", 1, 15, "AmpersandNotAllowed"),
    ("curl http://host/?a=1&b=2", 1, 22, "AmpersandNotAllowed"),
    (
        "Get-Process\n| Select-Object -First 1",
        2,
        1,
        "EmptyPipeElement",
    ),
    (
        "@{ a = foo # all\n| bar\n b = 1 }",
        1,
        11,
        "IncompleteHashLiteral",
    ),
    (
        "$h = [ordered]@{\n  n = 1\n  a = Get-Process\n    | Select-Object -First 1\n}",
        3,
        18,
        "IncompleteHashLiteral",
    ),
    ("$x = $(\n  foo\n  | bar\n)", 3, 3, "EmptyPipeElement"),
    ("foo @(a\n| b)", 2, 1, "EmptyPipeElement"),
    ("\"$(a\n| b)\"", 2, 1, "EmptyPipeElement"),
    ("\"$(${x}?.y)\"", 1, 8, "UnexpectedToken"),
    ("foo ((gi x)?.Name)", 1, 12, "UnexpectedToken"),
    ("foo -Bar $(${a}?[0])", 1, 16, "UnexpectedToken"),
    (
        "Get-Process # all\n  # of them\n  | Sort-Object",
        3,
        3,
        "EmptyPipeElement",
    ),
    (
        "function f { process { 1 } clean { 2 } }",
        1,
        28,
        "MissingNamedBlocks",
    ),
    ("enum E : byte { A }", 1, 7, "MissingTypeBody"),
    (
        "[Linq.Enumerable]::Empty[int]()",
        1,
        26,
        "MissingArrayIndexExpression",
    ),
    ("$a = 1 + 5u", 1, 9, "ExpectedValueExpression"),
    ("if ($a -eq 0b101) { }", 1, 11, "ExpectedValueExpression"),
    ("$l = 1, 2n", 1, 8, "MissingExpressionAfterToken"),
    ("$o.Add(5uy)", 1, 8, "MissingEndParenthesisInMethodCall"),
    (
        "foreach ($x in 1..3) { $x % 2 ? 'odd' : 'even' }",
        1,
        31,
        "UnexpectedToken",
    ),
    ("switch ($a) { 1 { $b ? 1 : 2 } }", 1, 22, "UnexpectedToken"),
    (
        "class C { [int] M() { return $this.x ?? 1 } }",
        1,
        38,
        "UnexpectedToken",
    ),
    (
        "param([string]$A = ($env:A ?? 'x'))",
        1,
        28,
        "UnexpectedToken",
    ),
];

/// What 5.1 takes, though it looks newer.
const TAKEN: &[&str] = &[
    "'a ? b : c'",
    "\"a ?? b && c || d\"",
    "# $a ?? 1; a && b",
    "<#\n$a ? 1 : 2\na && b\n#>\n1",
    "@'\n$a ?? 1\na && b\n'@",
    "@\"\n$a ?? 1 `$(x && y)\n| z &\n\"@",
    "Get-Process | ? { $_.Id -gt 1 }",
    "Get-Process | ?{$_.Id}",
    "1..9 | ? Length -eq 1 | % ToString",
    "cmd /c 'dir && echo x || echo y'",
    "cmd.exe /c \"ping -n 1 host >nul 2>&1 && echo up\"",
    "cmd /c 'a' '&&' 'b'",
    "$x -match '^(a|b)?$|\\?\\?|&&'",
    "'a||b' -split '\\|\\|'",
    "@{ clean = 1; end = 2; '??' = 3; process = 4 }",
    "@{\n  if = 1\n  foreach = 2\n}.clean",
    "$a?.b",
    "$a?",
    "\"$x?.y $($x?.y) ${x}?.y\"",
    "foo ${a}?.b $a?.b ${a}?[0] $a\\b?.c x?.y",
    "foo (x)?y \"a\"?b ?.c ?[0] (x) ?.d",
    "@{ a = foo |\n bar; b = if (1) { 2 }\n c = 'x\n| y' }",
    "@{ a = 1\n <# | #> b = 2 }",
    "if ($?) { 'ok' }",
    "if (-not $? -or $LASTEXITCODE) { exit 1 }",
    "& { 1 } 2>&1 | Out-Null",
    "& \"C:\\Program Files\\a.exe\" /x 2>&1 3>$null *>&1",
    "foo *>&1\nfoo > $null 2>&1",
    "Write-Host a ?? b ? c : d",
    "dir *.tx? -Name",
    "Get-Item C:\\a?.txt",
    "7z x a.zip\n3dsmax.exe\n5uper",
    "$a = 5kb + 0x1F - 1.5e3d + 10l + 2mb",
    "$i % 2; $i %= 3; $a[-1]; $a[1..3]",
    "function clean { 1 }\nclean { 2 }",
    "a |\n  b |\n  c",
    "$s = \"$($a.b) is ${c}? yes: $d?\"",
    "[regex]::Matches($t, '(?<=a)b(?!c)')",
    "icacls C:\\x /grant 'Users:(OI)(CI)F' /T",
    "cmd --% /c echo \"a && b\" %PATH% ?",
    "curl.exe 'http://host/?a=1&b=2'",
    "enum E { A = 1; B }\nclass B : A { B() : base(1) { } }",
    "$o.Method([int]1)[0]\n[Collections.Generic.List[int]]::new()",
    "[Parameter(Mandatory = $true)] [string] $a",
    "label: foo\n:outer foreach ($a in $b) { continue outer }",
    "`\n  foo `\n  -Bar 1",
    "workflow w { parallel { a; b } }",
    "$h = @{ 'a' = { $_ | ? { $_ } }; b = if ($x) { 1 } else { 2 } }",
    "switch -Regex ($x) { '^a?$' { 1 } '\\|\\|' { 2 } default { 3 } }",
    "switch ($x) { { $_ -gt 1 } { 'a' } 1 { 'b' } }",
    "do { $i++ } while ($i -lt 5)\ntry { 1 } catch [IO.IOException], [Exception] { 2 } finally { 3 }",
    "New-Object 'Collections.Generic.List[string]'; 'x'.Substring(0, 1).Trim()",
    "echo a`&b \"&\" '&'",
    "[int]$x = '5'; [void](foo); ,1; !$a; -not $b; +1; -1",
    "$x = 'a' + `\n 'b'; $y = 1,\n 2; $z = $a -and\n $b",
    "foo -Name:'x' -Force:$true -Url http://h/?q=a -- -x",
    "$xml.SelectNodes(\"//a[@b='c' and d]\") | foreach { $_ }",
    "“smart ‘ ?? quotes” ; ‘single ? 1 : 2’",
];

#[test]
fn what_5_1_refuses_is_found_at_its_place() {
    assert!(REFUSED.len() >= 30);
    for (script, line, column, id) in REFUSED {
        let found = refused(script);
        let first = found
            .first()
            .unwrap_or_else(|| panic!("nothing found in {script:?}"));
        let seen = (first.line, first.column, first.error_id.as_deref());
        assert_eq!(seen, (*line, *column, Some(*id)), "{script:?}");
    }
}

#[test]
fn what_5_1_takes_is_left_alone() {
    assert!(TAKEN.len() >= 30);
    let wrong: Vec<_> = TAKEN
        .iter()
        .map(|s| (s, refused(s)))
        .filter(|(_, f)| !f.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_fails_only_where_it_runs_refuses_nothing() {
    for (script, what) in [
        ("5u", "suffixes u, y, uy, s, us, ul, n"),
        ("$a = 0b101", "binary literal"),
        ("clean { 1 }", "clean block before all others"),
        ("Get-Uptime", "the command Get-Uptime"),
        (
            "1..3 | % -Parallel { $_ }",
            "the parameter -Parallel of ForEach-Object",
        ),
        (
            "irm http://h -SkipCertificateCheck",
            "the parameter -SkipCertificateCheck of Invoke-RestMethod",
        ),
        ("'a'..'f'", "character range"),
        ("[semver]'1.2.3'", "the type [semver]"),
    ] {
        assert_eq!(of(script, Reach::Fails), [what], "{script:?}");
        assert_eq!(refused(script), [], "{script:?}");
    }
    let arguments = "foo (gi x)?.Name\nWrite-Host $a.b?.c\nfoo -Bar:(gi x)?[0] -Baz\nfoo \"$a\"?.Length\nfoo 'a'?.Length\nfoo @(1)?[0]\nfoo $(x)?.y\nfoo $a[0]?.y\n& (gcm x)?.Name";
    for script in arguments.lines() {
        let what = "null-conditional member or index of an argument";
        assert_eq!(of(script, Reach::Silent), [what], "{script:?}");
        assert_eq!(refused(script), [], "{script:?}");
    }
    for (script, what) in [
        ("\"`e[0m\"", "escapes `e and `u{}"),
        ("'a' -replace 'a', { 'b' }", "-replace with a script block"),
        ("if ($IsWindows) { 1 }", "the variable $IsWindows"),
    ] {
        assert_eq!(of(script, Reach::Silent), [what], "{script:?}");
    }
    // A function of the script's own stands before a command.
    assert_eq!(check(b"function Get-Uptime { 1 }\nGet-Uptime").findings, []);
    assert_eq!(
        check(b"Write-Host Get-Uptime; $x.Parallel; foo -Parallel").findings,
        []
    );
}

#[test]
fn known_differences_are_named() {
    for (script, what) in [
        (
            "$s = New-Object -ComObject Schedule.Service",
            "the COM object Schedule.Service",
        ),
        (
            "New-Object -com 'Microsoft.Update.Session'",
            "the COM object Microsoft.Update.Session",
        ),
        ("[wmiclass]'Win32_Process'", "[wmiclass]"),
        (
            "#Requires -PSEdition Desktop",
            "#Requires -PSEdition Desktop",
        ),
        ("workflow w { 1 }", "a workflow"),
        ("$PSEdition", "$PSEdition"),
        ("$Host.Version.Major", "$Host.Version"),
        (
            "Get-Service -ComputerName srv x",
            "the parameter -ComputerName of Get-Service",
        ),
    ] {
        assert_eq!(of(script, Reach::Here), [what], "{script:?}");
    }
    assert_eq!(
        check(b"New-Object -ComObject WScript.Shell; 'Schedule.Service'").findings,
        []
    );
}

#[test]
fn requires_is_read_in_comments_alone() {
    assert_eq!(
        of("#Requires -Version 7.0\n1", Reach::Unmet),
        ["#Requires -Version 7.0"]
    );
    assert_eq!(
        of("#requires -runasadministrator -version 6", Reach::Unmet).len(),
        1
    );
    assert_eq!(of("#Requires -PSEdition Core", Reach::Unmet).len(), 1);
    for script in [
        "#Requires -Version 5.1\n#Requires -Modules Foo",
        "@'\n#Requires -Version 7.0\n'@",
        "<#\n#Requires -Version 7\n#>",
        "# Requires -Version 7",
    ] {
        assert_eq!(check(script.as_bytes()).findings, [], "{script:?}");
    }
}

#[test]
fn a_refusal_has_the_layout_of_5_1() {
    let checked = check("\u{feff}Write-Host hi\r\n$x = $a ? 1 : 2\r\n".as_bytes());
    let text = checked.refusal(r"C:\p\command.ps1", "5.1.1.1").unwrap();
    let wanted = "At C:\\p\\command.ps1:2 char:9\r\n+ $x = $a ? 1 : 2\r\n+         ~\r\nUnexpected token '?' in expression or statement.\r\n    + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException\r\n    + FullyQualifiedErrorId : UnexpectedToken\r\n \r\n";
    assert_eq!(text, wanted);
    let long = format!(
        "$variable = '{}' + ($a ?? 1) + '{}'",
        "x".repeat(60),
        "y".repeat(60)
    );
    let text = check(long.as_bytes()).refusal("c.ps1", "").unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1].chars().count(), "+ ... ".len() + 69 + " ...".len());
    let at = lines[2].find('~').unwrap();
    assert_eq!(&lines[1][at..at + 2], "??");
    let text = check(b"#Requires -Version 7")
        .refusal(r"C:\p\command.ps1", "5.1.22621.1")
        .unwrap();
    assert!(text.starts_with("The script 'command.ps1' cannot be run because it contained a \"#requires\" statement for Windows PowerShell 7.0. "), "{text}");
    assert!(
        text.contains("version of Windows PowerShell 5.1.22621.1.\r\n"),
        "{text}"
    );
    assert_eq!(check(b"Get-Uptime").refusal("c.ps1", ""), None);
}

#[test]
fn wide_scripts_and_hostile_ones_are_read() {
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("$a ?? 1".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(check(&wide).findings[0].what, "null coalescing");
    for piece in [
        "++",
        "?",
        "$a?.",
        "$a++",
        ". ",
        "& $a ",
        "return ++",
        "@",
        "a|",
        "::a(",
        "(",
        "{",
        "@{a=",
        "$(",
        "[",
        "\"$(",
        "if(1){",
        "$a=",
        "!",
        "a.b(",
        "? ",
        "switch(1){1{",
        "$a ? ",
        "return ",
        ",",
        "[a(",
        "-not ",
        "& ",
        "%{",
        "try{",
        "`\n",
        "<#",
        "function f{",
        "param(",
        "-",
    ] {
        let began = std::time::Instant::now();
        check(piece.repeat(100_000).as_bytes());
        assert!(
            began.elapsed().as_secs() < 20,
            "{piece:?}: {:?}",
            began.elapsed()
        );
    }
}

/// Each row of the table that speaks of parsing has an example that is refused in its words.
#[test]
fn the_table_and_the_reader_agree() {
    let table: serde_json::Value = serde_json::from_str(super::newer::TABLE).unwrap();
    for row in table["syntax"].as_array().unwrap() {
        let (example, what) = (
            row["example"].as_str().unwrap(),
            row["what"].as_str().unwrap(),
        );
        let findings = check(example.as_bytes()).findings;
        let found = findings.iter().find(|f| f.what == what);
        match row["when"].as_str().unwrap() {
            "parse" => {
                let found = found.unwrap_or_else(|| panic!("{what}: {findings:?}"));
                assert_eq!(found.reach, Reach::Refused, "{what}");
                assert_eq!(
                    found.error_id.as_deref(),
                    row["error_id"].as_str(),
                    "{what}"
                );
                assert_eq!(
                    Some(found.message.as_str()),
                    row["message_51"].as_str(),
                    "{what}"
                );
            }
            _ => assert!(findings.iter().all(|f| f.reach != Reach::Refused), "{what}"),
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(script in proptest::collection::vec(any::<u8>(), 0..300)) {
        let checked = check(&script);
        let _ = checked.refusal("c.ps1", "5.1");
    }

    #[test]
    fn no_pieces_of_scripts_make_it_fail(pieces in proptest::collection::vec(prop_oneof![
        Just("$a"), Just("?"), Just("??"), Just("?."), Just("("), Just(")"), Just("{"), Just("}"), Just("@{"), Just("["),
        Just("]"), Just("\""), Just("'"), Just("@\"\n"), Just("\n\"@"), Just("\n"), Just(" "), Just("|"), Just("&"), Just("-x"),
        Just("5u"), Just("if"), Just("switch"), Just("clean"), Just("enum"), Just("class"), Just("="), Just(","), Just("é"),
        Just("`"), Just("#requires -version 7"), Just("::"), Just("."), Just("$("), Just("\t"), Just(":"), Just("--%"), Just(">&"),
        Just("++"),
    ], 0..60)) {
        let script = pieces.concat();
        let checked = check(script.as_bytes());
        for finding in &checked.findings {
            prop_assert!(finding.start <= finding.end && finding.line >= 1 && finding.column >= 1);
        }
        let _ = checked.refusal("c.ps1", "5.1");
    }
}
