use super::{LARGEST, Reach, Why, check, notes};

#[test]
fn what_keeps_a_script_from_running_is_told_after_any_number_of_other_findings() {
    let flood = "\"`e\"; $IsWindows; Get-Uptime; [wmi]'x'\n".repeat(6000);
    let script = format!("{flood}$a = $b ?? 1\n#Requires -Version 7\n");
    let checked = check(script.as_bytes());
    let text = checked.refusal("c.ps1", "5.1").unwrap();
    assert!(text.contains("c.ps1:6001 char:9"), "{text}");
    let unmet = check(format!("{flood}\n#Requires -Version 7").as_bytes());
    assert!(unmet.refusal("c.ps1", "5.1").unwrap().contains("#requires"));
    // Of one kind, too: what fails is not hidden by what is silent.
    let mixed = format!("{}Get-Uptime", "\"`e\"\n".repeat(1000));
    let checked = check(mixed.as_bytes());
    assert!(checked.findings.iter().any(|f| f.reach == Reach::Fails));
    assert_eq!(checked.findings.len(), 200);
    assert_eq!(checked.left_out[&Reach::Silent], 801);
    assert!(!checked.left_out.contains_key(&Reach::Fails));
    let told = notes::newer(&checked);
    let last = told.iter().rfind(|n| n.code == "other-in-5.1").unwrap();
    assert!(
        last.message.ends_with("(and 995 more of the kind)"),
        "{last:?}"
    );
}

#[test]
fn notes_name_each_thing_once_before_one_comes_again() {
    let script = format!("{}Get-Error\n[semver]'1.0'", "Get-Uptime\n".repeat(20));
    let told = notes::newer(&check(script.as_bytes()));
    let has = |what: &str| told.iter().any(|n| n.message.contains(what));
    assert!(
        has("Get-Uptime") && has("Get-Error") && has("[semver]"),
        "{told:?}"
    );
    assert!(
        told.len() == 5 && told[4].message.contains("(and 17 more of the kind)"),
        "{told:?}"
    );
}

#[test]
fn a_script_that_is_not_looked_through_says_so_and_where() {
    let deep = format!("1\n{}1{}\n$a ?? 1", "(".repeat(300), ")".repeat(300));
    let large = format!(
        "$a ?? 1\n{}\n$b ?? 1",
        "# comment\n".repeat(LARGEST / 10 + 1)
    );
    let many = format!("{}\nGet-Uptime", "a\n".repeat(5000));
    for (script, line, why, says) in [
        (deep, 2, Why::Deep, "nested more than 250 deep"),
        (large, LARGEST / 10 + 1, Why::Large, "larger than 4 MiB"),
        (many, 5002, Why::Many, "more commands"),
    ] {
        let checked = check(script.as_bytes());
        let stop = checked.stop.unwrap();
        assert_eq!((stop.line, stop.why), (line, why));
        for told in [notes::newer(&checked), notes::differences(&checked)] {
            let note = told.iter().find(|n| n.code == "script-not-looked-through");
            let message = &note.unwrap().message;
            assert!(
                message.contains(says) && message.contains(&format!("line {line},")),
                "{message}"
            );
        }
    }
    assert_eq!(check(b"((1))").stop, None);
    // What stands in the part that is read is told.
    let large = format!("$a ?? 1\n{}", " ".repeat(LARGEST));
    assert!(check(large.as_bytes()).refusal("c.ps1", "5.1").is_some());
    // A word cut at the end is taken for nothing.
    let cut = format!("{}\n5us", " ".repeat(LARGEST - 3));
    assert_eq!(check(cut.as_bytes()).findings, []);
}
