use super::*;
use crate::platform::state::Site;
use proptest::prelude::*;

fn variable(value: &str, masked: bool) -> Variable {
    Variable {
        id: 0,
        value: value.into(),
        masked,
    }
}

fn state() -> State {
    let mut state = State::default();
    for (key, name) in [("osaka", "Osaka HQ"), ("kobe", "Twin"), ("nara", "Twin")] {
        let site = Site {
            uid: format!("uid-{key}"),
            name: name.into(),
            variables: BTreeMap::from([("licence".to_owned(), variable("OSAK-1", true))]),
            ..Site::default()
        };
        state.sites.insert(key, site);
    }
    state.variables = BTreeMap::from([
        ("empty".to_owned(), variable("", false)),
        ("region".to_owned(), variable("eu, west", false)),
    ]);
    state
}

/// What an upload sets: scope, name, value, masked.
fn set(text: &str) -> Vec<(String, String, Option<String>, bool)> {
    upload(&state(), text)
        .unwrap()
        .into_iter()
        .map(|what| match what {
            What::VariableSet {
                scope,
                name,
                value,
                masked,
                ..
            } => (scope, name, value, masked),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn refused(text: &str) -> Vec<String> {
    let errors = upload(&state(), text).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn a_download_hides_masked_values_and_tells_sites_apart() {
    let text = "site,name,value,masked\r\n\
                ,empty,\"\",false\r\n\
                ,region,\"eu, west\",false\r\n\
                Osaka HQ,licence,********,true\r\n\
                uid-kobe,licence,********,true\r\n\
                uid-nara,licence,********,true\r\n";
    assert_eq!(download(&state(), ApiMaskedValues::Stars), text);
    assert!(download(&state(), ApiMaskedValues::Readable).contains("Osaka HQ,licence,OSAK-1,true"));
}

#[test]
fn a_line_sets_deletes_or_leaves() {
    let some = |text: &str| Some(text.to_owned());
    let row =
        |scope: &str, name: &str, value, masked| (scope.to_owned(), name.to_owned(), value, masked);
    let cases = [
        (
            ",region,jp,",
            vec![row("account", "region", some("jp"), false)],
        ),
        (",region,\"eu, west\",FALSE", vec![]),
        (",region,,", vec![row("account", "region", None, false)]),
        (
            ",region,\"\",",
            vec![row("account", "region", some(""), false)],
        ),
        (",nothing,,", vec![]),
        (
            "osaka,licence,NEW,true",
            vec![row("site:osaka", "licence", some("NEW"), true)],
        ),
        (
            "Osaka HQ,licence,NEW,",
            vec![row("site:osaka", "licence", some("NEW"), true)],
        ),
        ("uid-kobe,licence,,true", vec![]),
        ("uid-kobe,licence,,", vec![]),
        ("uid-kobe,licence,********,", vec![]),
        (
            "uid-kobe,licence,,false",
            vec![row("site:kobe", "licence", None, false)],
        ),
        (
            "kobe,new,\"a\nb\",true",
            vec![row("site:kobe", "new", some("a\nb"), true)],
        ),
    ];
    for (line, wanted) in cases {
        assert_eq!(set(line), wanted, "{line}");
        assert_eq!(
            set(&format!("\u{feff}Site,Name,Value,Masked\r\n{line}\r\n")),
            wanted,
            "{line}"
        );
    }
}

#[test]
fn every_bad_line_is_told_with_its_place_and_nothing_is_taken() {
    let errors = refused(
        "site,name,value,masked\n\
         ,region,jp,false\n\
         ,region,us,false\n\
         Twin,a,b,false\n\
         mars,a,b,false\n\
         osaka,,b,false\n\
         osaka,a,b\n\
         osaka,new,,true\n\
         osaka,licence,********,false\n\
         osaka,b,c,perhaps\n\
         osaka,c\"d,e,false\n",
    );
    let wanted = [
        "line 3, column 2: line 2 is about this variable already; keep one of the two lines",
        "line 4, column 1: 2 sites have the name Twin; write the uid of the one that is meant",
        "line 5, column 1: there is no site mars; write the key, uid or name of a site, or nothing for the account",
        "line 6, column 7: the name is empty; write the variable's name",
        "line 7, column 1: 3 fields instead of 4; the columns are site,name,value,masked; a field with a comma or a quote stands in double quotes",
        "line 8, column 11: a masked variable that is not there yet needs a value; write its value",
        "line 9, column 15: the value is the stars of a masked variable, but masked is false; write the value, or true in the column masked",
        "line 10, column 11: masked is true or false, not perhaps; write true, false or nothing",
        "line 11, column 8: a quote within a field that does not begin with one; put the whole field in double quotes and write each quote in it twice",
    ];
    assert_eq!(errors, wanted);
}

#[test]
fn a_value_may_be_as_long_as_the_platform_takes() {
    let line = |n: usize| format!(",long,{},", "x".repeat(n));
    assert_eq!(set(&line(VARIABLE_VALUE_MAX)).len(), 1);
    assert_eq!(refused(&line(VARIABLE_VALUE_MAX + 1)).len(), 1);
}

#[test]
fn errors_of_a_hopeless_file_come_to_an_end() {
    assert_eq!(refused(&"x\n".repeat(100_000)).len(), ERRORS_MAX);
}

proptest! {
    #[test]
    fn a_download_uploaded_again_changes_nothing(
        account in variables(), site in variables(), name in "[ -~]{1,6}", readable: bool,
    ) {
        let mut state = state();
        state.variables = account;
        state.sites.insert("more", Site { uid: "uid-more".into(), name, variables: site, ..Site::default() });
        let masked = if readable { ApiMaskedValues::Readable } else { ApiMaskedValues::Stars };
        prop_assert_eq!(upload(&state, &download(&state, masked)), Ok(vec![]));
    }

    #[test]
    fn any_text_is_taken_or_refused(text in "[a,\"\\n\\r*]{0,60}") {
        if let Err(errors) = upload(&state(), &text) {
            prop_assert!(!errors.is_empty());
        }
    }
}

fn variables() -> impl Strategy<Value = BTreeMap<String, Variable>> {
    let one =
        ("[ -~\\n\u{e9}]{0,8}", any::<bool>()).prop_map(|(value, masked)| variable(&value, masked));
    prop::collection::btree_map("[ -~\\n\\r]{1,6}", one, 0..5)
}

#[test]
fn what_no_environment_can_carry_is_refused() {
    let long = format!(",{},v,", "n".repeat(VARIABLE_NAME_MAX + 1));
    for line in [",a=b,v,", ",a\0b,v,", ",a,v\0,", &long] {
        assert_eq!(refused(line).len(), 1, "{line:?}");
    }
    assert_eq!(set(",a,v=w,").len(), 1, "a value may hold =");
}
