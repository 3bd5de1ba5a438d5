use super::list::{Ace, FULL, given, handed_down, perm};
use super::{account, stored};
use crate::programs::told::fake::Fake;
use crate::protocol::ask::How;
use proptest::prelude::*;
use serde_json::json;

fn device() -> Fake {
    Fake::with(json!({
        "computerSystem": { "Name": "OSAKA-WS01", "PartOfDomain": false },
        "machineSid": "S-1-5-21-1-2-3",
        "localUsers": [{ "Name": "ann", "Rid": 1001 }],
        "localGroups": [],
    }))
}

#[test]
fn words_of_rights() {
    for (given, shown) in [
        ("F", "(F)"),
        ("(OI)(CI)M", "(OI)(CI)(M)"),
        ("(oi)(ci)(rx)", "(OI)(CI)(RX)"),
        ("(RX,W)", "(RX,W)"),
        ("(R,W)", "(R,W)"),
        ("(OI)(CI)(IO)(GR,GE)", "(OI)(CI)(IO)(GR,GE)"),
        ("(GA)", "(F)"),
        ("(AD)", "(AD)"),
        ("(CI)(WD,AD,WEA,WA)", "(CI)(WD,AD,WEA,WA)"),
        ("N", "(N)"),
    ] {
        let ace = Ace::allow("x", given).unwrap();
        assert_eq!(ace.words(), shown, "{given}");
    }
    for wrong in ["", "Z", "(OI", "(OI)(CI)", "(Q,W)"] {
        assert_eq!(perm(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_words_are_read_or_refused(words in "[()A-Z,]{0,20}") {
        if let Some((flags, rights)) = perm(&words) {
            let ace = Ace { who: "x".into(), deny: false, flags, rights };
            prop_assert!(ace.words().ends_with(')'));
        }
    }
}

/// What `icacls` shows of a folder and of a file below `C:\Program Files` on Windows 10.
#[test]
fn folders_hand_down_as_on_windows() {
    let (list, owner) = super::usual::usual(r"C:\Program Files").unwrap();
    let words = |folder| -> Vec<String> {
        let below = handed_down(&list, folder, owner);
        let shown = below.iter().map(|a| format!("{}:{}", a.who, a.words()));
        shown.collect()
    };
    let folder = words(true);
    for line in [
        r"NT SERVICE\TrustedInstaller:(I)(F)",
        r"NT SERVICE\TrustedInstaller:(I)(CI)(IO)(F)",
        r"BUILTIN\Users:(I)(RX)",
        r"BUILTIN\Users:(I)(OI)(CI)(IO)(GR,GE)",
        r"CREATOR OWNER:(I)(OI)(CI)(IO)(F)",
    ] {
        assert!(folder.iter().any(|l| l == line), "{line}: {folder:?}");
    }
    let file = words(false);
    assert!(
        file.contains(&r"BUILTIN\Users:(I)(RX)".to_owned()),
        "{file:?}"
    );
    assert!(file.iter().all(|l| !l.contains("(IO)")), "{file:?}");
}

#[test]
fn denials_come_first_and_are_counted() {
    let list = [
        Ace {
            deny: true,
            ..Ace::allow("Everyone", "W").unwrap()
        },
        Ace::allow("Everyone", "F").unwrap(),
    ];
    assert_eq!(given(&list, &["Everyone"]) & 2, 0);
    assert_eq!(given(&list[1..], &["Everyone"]), FULL);
}

#[test]
fn parents() {
    assert_eq!(stored::parent(r"C:\a\b").as_deref(), Some(r"C:\a"));
    assert_eq!(stored::parent(r"C:\a").as_deref(), Some(r"C:\"));
    assert_eq!(stored::parent(r"C:\"), None);
}

#[test]
fn wrong_calls_fail_as_on_windows() {
    let d = device();
    for (line, exit, err) in [
        (
            "icacls . /grant Nobody:F",
            1332,
            "Nobody: No mapping between",
        ),
        (
            "icacls nope.here",
            2,
            "nope.here: The system cannot find the file specified.",
        ),
        ("icacls . /grant Users", 87, "Invalid parameter \"Users\""),
        ("icacls . /nope", 87, "Invalid parameter \"/nope\""),
        ("takeown /r", 1, "Mandatory option"),
    ] {
        let ran = d.run(line);
        assert_eq!(ran.ended.exit, exit, "{line}: {ran:?}");
        assert!(ran.err.contains(err), "{line}: {ran:?}");
    }
    let ran = d.run("icacls . /save x");
    assert_eq!((ran.ended.how, ran.ended.exit), (How::Refused, 120));
}

#[test]
fn a_grant_is_kept_and_one_that_shuts_system_out_is_refused() {
    let d = device();
    d.put(
        "acls",
        &std::env::current_dir().unwrap().display().to_string(),
        json!({
            "owner": account::SYSTEM, "protected": true,
            "aces": [{ "who": account::SYSTEM, "access": "(OI)(CI)F" }],
        }),
    );
    let ran = d.run("icacls . /grant *S-1-5-32-545:(OI)(CI)M ann:R");
    assert_eq!(
        ran.out,
        "processed file: .\nSuccessfully processed 1 files; Failed processing 0 files\n"
    );
    let shown = d.run("icacls .").out;
    assert!(shown.contains("BUILTIN\\Users:(OI)(CI)(M)\n"), "{shown}");
    assert!(shown.contains("OSAKA-WS01\\ann:(R)\n"), "{shown}");
    let ran = d.run("icacls . /deny Everyone:W");
    assert_eq!(ran.ended.exit, 120, "{ran:?}");
    assert_eq!(d.run("icacls .").out, shown);
    d.run("icacls . /remove Users /q");
    assert!(!d.run("icacls .").out.contains("Users"));
}
