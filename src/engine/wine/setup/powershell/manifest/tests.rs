use super::*;
use proptest::prelude::*;

fn edited(text: &str, names: &[&str]) -> Edited {
    let leaves = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    without(text, leaves).unwrap()
}

fn told(text: &str) -> String {
    without(text, |_| true).unwrap_err().to_string()
}

/// A manifest in the form of PowerShell's own.
const OWN: &str = "\u{feff}@{\r\nGUID=\"EEFCB906-B326-4E99-9F54-8B4BB6EF3C6D\"\r\nAuthor=\"PowerShell\"\r\n\
    CompatiblePSEditions = @(\"Core\")\r\nNestedModules=\"A.dll\"\r\nAliasesToExport = @(\"gcb\", \"gin\", \"gtz\")\r\n\
    FunctionsToExport = @()\r\nCmdletsToExport=@(\"Add-Content\",\r\n    \"Get-ComputerInfo\", # of 5.1\r\n    \"Get-Uptime\",\r\n\
    \"Set-TimeZone\"\r\n)\r\nPrivateData = @{ PSData = @{ Tags = 'a', 'b'; CmdletsToExport = 'Set-TimeZone' } }\r\n}\r\n\
    # SIG # Begin signature block\r\n# MIIx}{\r\n";

#[test]
fn names_go_and_all_else_stays() {
    let got = edited(
        OWN,
        &["get-computerinfo", "Set-TimeZone", "gin", "Add-Nothing"],
    );
    assert_eq!(got.removed, ["gin", "Get-ComputerInfo", "Set-TimeZone"]);
    let expected = OWN
        .replace("\"gin\", ", "")
        .replace("\"Get-ComputerInfo\", # of 5.1\r\n    ", "")
        .replace(",\r\n\"Set-TimeZone\"\r\n", "\r\n");
    assert_eq!(got.text, expected);
    assert_eq!(edited(OWN, &[]).text, OWN);
}

#[test]
fn every_form_of_a_list_is_edited() {
    for (before, names, after) in [
        ("'a', 'b'", &["a"][..], "'b'"),
        ("'a', 'b'", &["b"], "'a'"),
        ("'a', 'b'", &["a", "b"], "@()"),
        ("'a'", &["a"], "@()"),
        ("\"a\",\n  'b',\n  'c'", &["b", "c"], "\"a\""),
        ("@('a'; 'b'\n 'c')", &["b"], "@('a'; 'c')"),
        ("@( 'a' )", &["a"], "@(  )"),
        ("@()", &["a"], "@()"),
        ("@(\n'a',`\n'b')", &["a"], "@(\n'b')"),
        ("<# c #> 'a', <# d #> 'b' # e", &["a"], "<# c #> 'b' # e"),
        ("'it''s', 'b'", &["it's"], "'b'"),
    ] {
        let manifest = |value: &str| format!("@{{\nCmdletsToExport = {value}\nX = 1\n}}");
        let got = edited(&manifest(before), names);
        assert_eq!(got.text, manifest(after), "{before}");
    }
    assert_eq!(
        edited("@{CmdletsToExport='a'}", &["a"]).text,
        "@{CmdletsToExport=@()}"
    );
    assert_eq!(
        edited("@{'AliasesToExport'='a','b';X=1}", &["b"]).text,
        "@{'AliasesToExport'='a';X=1}"
    );
}

#[test]
fn patterns_stay_and_are_told() {
    let got = edited(
        "@{\nFunctionsToExport = '*'\nCmdletsToExport = 'Get-X*', 'a'\n}",
        &["a"],
    );
    assert_eq!(got.patterns, ["*", "Get-X*"]);
    assert_eq!(
        got.text,
        "@{\nFunctionsToExport = '*'\nCmdletsToExport = 'Get-X*'\n}"
    );
}

#[test]
fn what_is_not_understood_is_told_with_its_line() {
    for (text, expected) in [
        ("", "line 1: a manifest begins with `@{`"),
        ("\n{ }", "line 2: a manifest begins"),
        (
            "@{\n\nCmdletsToExport = $all\n}",
            "line 3: the value is not a list of quoted names",
        ),
        ("@{\nCmdletsToExport = Get-X\n}", "line 2: the value is not"),
        (
            "@{\nCmdletsToExport = \"$x\"\n}",
            "line 2: the value is not",
        ),
        (
            "@{\nCmdletsToExport = @('a', \"b`t\")\n}",
            "line 2: the value is not",
        ),
        (
            "@{\nCmdletsToExport = @('a' 'b')\n}",
            "line 2: the value is not",
        ),
        (
            "@{\nCmdletsToExport = 'a' + 'b'\n}",
            "line 2: the value is not",
        ),
        (
            "@{\nCmdletsToExport = if (1) { 'a' }\n}",
            "line 2: the value is not",
        ),
        (
            "@{\nCmdletsToExport = 'a'\ncmdletstoexport = 'b'\n}",
            "line 3: `cmdletstoexport` stands twice",
        ),
        ("@{\nA = 'x\n}", "line 2: a text has no closing quote"),
        ("@{\nA = @'\nx\n}", "line 2: a here-string has no end"),
        ("@{ <#\n}", "line 1: a comment has no end"),
        ("@{\nA = (1]\n}", "line 2: `]` closes nothing"),
        ("@{\nA 1\n}", "line 2: `A` has no `=` behind it"),
        ("@{ A = 1", "has no `}` at its end"),
        ("@{ A = 1 }\n@{ }", "line 2: something stands behind"),
    ] {
        let error = told(text);
        assert!(error.contains(expected), "{text:?}: {error}");
    }
    let deep = format!("@{{ A = {}", "@(".repeat(100));
    assert!(told(&deep).contains("nested too deeply"));
}

#[test]
fn values_of_other_keys_are_passed_over() {
    let text = "@{\nA =\n  @'\nCmdletsToExport = 'a' }\n'@\nB = @{ C = 'x'; D = @(1, @{ E = \"}\" }) }\nF = 1,\n 2\nCmdletsToExport = 'a'\n}";
    let got = edited(text, &["a"]);
    assert!(
        got.text.ends_with("F = 1,\n 2\nCmdletsToExport = @()\n}"),
        "{}",
        got.text
    );
    assert_eq!(got.removed, ["a"]);
}

#[test]
fn our_own_manifests_are_understood() {
    for (path, content) in crate::engine::wine::powershell::files::FILES {
        if path.ends_with(".psd1") {
            let text = std::str::from_utf8(content).unwrap();
            let kept = without(text, |_| false).unwrap_or_else(|e| panic!("{path}: {e}"));
            assert_eq!(kept.text, text);
            let emptied = without(text, |_| true).unwrap();
            let again = without(&emptied.text, |_| true).unwrap();
            assert_eq!(again.removed, Vec::<String>::new(), "{path}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(@\\{|[ -~\n]|'|\"|#|<#|#>|CmdletsToExport|=|,|@\\(|\\)|\\}|ä|`){0,40}") {
        let _ = without(&text, |name| name.len() % 2 == 0);
    }

    #[test]
    fn only_what_is_to_leave_leaves(
        names in proptest::collection::vec("[A-Z][a-z]{1,6}-[A-Z][a-z]{1,6}", 1..12),
        leave in proptest::collection::vec(any::<bool>(), 12),
        bracketed in any::<bool>(),
    ) {
        let quoted: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
        let list = quoted.join(",\n  ");
        let value = if bracketed { format!("@({list})") } else { list };
        let text = format!("@{{\nA = 1\nCmdletsToExport = {value}\nB = 2\n}}\n");
        let gone: Vec<&String> = names.iter().zip(&leave).filter(|(_, l)| **l).map(|(n, _)| n).collect();
        let leaves = |name: &str| gone.iter().any(|g| *g == name);
        let got = without(&text, leaves).unwrap();
        let left = without(&got.text, |_| true).unwrap().removed;
        let expected: Vec<String> = names.iter().filter(|n| !leaves(n)).cloned().collect();
        prop_assert_eq!(left, expected);
        let (begins, ends) = ("@{\nA = 1\nCmdletsToExport = ", "\nB = 2\n}\n");
        let around = got.text.starts_with(begins) && got.text.ends_with(ends);
        prop_assert!(around, "{}", got.text);
    }
}
