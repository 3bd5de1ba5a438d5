use super::*;
use crate::agent::package::tests::metadata;

fn var(name: &str, kind: VariableType, default: &str) -> Variable {
    Variable {
        idx: 0,
        name: name.into(),
        kind,
        description: String::new(),
        default: default.into(),
        options: Vec::new(),
    }
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, Scoped> {
    pairs
        .iter()
        .map(|(k, v)| {
            (
                (*k).to_owned(),
                Scoped {
                    value: (*v).to_owned(),
                    masked: false,
                },
            )
        })
        .collect()
}

fn run(
    declared: Vec<Variable>,
    job: &[(&str, &str)],
    site: &[(&str, &str)],
    account: &[(&str, &str)],
    knobs: &Knobs,
) -> Result<Resolution, VariableError> {
    let mut meta = metadata("unix");
    meta.variables = declared;
    resolve(
        &meta,
        Scopes {
            job: &map(job),
            site: &map(site),
            account: &map(account),
        },
        knobs,
    )
}

fn value<'a>(r: &'a Resolution, name: &str) -> Option<(&'a str, Source)> {
    r.variables
        .iter()
        .find(|v| v.name == name)
        .map(|v| (v.value.as_str(), v.source))
}

#[test]
fn the_component_level_wins_over_site_over_account() {
    let k = Knobs::default();
    let declared = || {
        vec![
            var("a", VariableType::String, "d"),
            var("b", VariableType::String, "d"),
        ]
    };
    let all = [("a", "s"), ("b", "s"), ("c", "s")];
    let r = run(
        declared(),
        &[("a", "j")],
        &all,
        &[("c", "x"), ("e", "x")],
        &k,
    )
    .unwrap();
    assert_eq!(value(&r, "a"), Some(("j", Source::Job)));
    assert_eq!(value(&r, "b"), Some(("d", Source::ComponentDefault)));
    assert_eq!(value(&r, "c"), Some(("s", Source::Site)));
    assert_eq!(value(&r, "e"), Some(("x", Source::Account)));
    assert!(r.notes.is_empty(), "{:?}", r.notes);
}

#[test]
fn an_empty_component_level_value_hides_the_site_and_is_noted() {
    let k = Knobs::default();
    let declared = || vec![var("key", VariableType::String, "")];
    for (job, word) in [
        (&[][..], "the component's default"),
        (&[("key", "")][..], "the job's value"),
    ] {
        let r = run(declared(), job, &[("key", "s3cret")], &[], &k).unwrap();
        assert_eq!(value(&r, "key").unwrap().0, "");
        assert_eq!(r.notes.len(), 1);
        assert_eq!(r.notes[0].code, "empty-component-value");
        assert!(r.notes[0].message.contains(word) && r.notes[0].message.contains("the site"));
        assert!(
            !r.notes[0].message.contains("s3cret"),
            "a hidden value may be a secret"
        );
    }
    let none = run(declared(), &[], &[("key", "")], &[], &k).unwrap();
    assert!(none.notes.is_empty());
}

#[test]
fn undeclared_job_variables_are_refused_with_the_nearest_name() {
    let e = run(
        vec![var("usrUDF", VariableType::String, "")],
        &[("usrUdf", "5")],
        &[],
        &[],
        &Knobs::default(),
    );
    assert_eq!(
        e.unwrap_err().to_string(),
        "variable usrUdf is not one the component declares; did you mean usrUDF? It declares: usrUDF"
    );
}

#[test]
fn booleans_selections_and_dates_convert_or_are_refused() {
    let mut k = Knobs::default();
    let mut sel = var("s", VariableType::Selection, "All Users");
    sel.options = vec![
        SelectionOption {
            name: "Current User".into(),
            value: "User".into(),
        },
        SelectionOption {
            name: "All Users".into(),
            value: "Machine".into(),
        },
    ];
    let declared = || {
        vec![
            var("b", VariableType::Boolean, "TRUE"),
            sel.clone(),
            var("d", VariableType::Date, ""),
        ]
    };
    let r = run(declared(), &[("d", "2025-02-28")], &[], &[], &k).unwrap();
    assert_eq!(value(&r, "b").unwrap().0, "true");
    assert_eq!(value(&r, "s").unwrap().0, "Machine");
    assert_eq!(value(&r, "d").unwrap().0, "2025-02-28");
    k.boolean_text = BooleanText::Capital;
    k.date_format = "%d/%m/%Y".into();
    let r = run(
        declared(),
        &[("b", "false"), ("s", "User"), ("d", "2025-02-28")],
        &[],
        &[],
        &k,
    )
    .unwrap();
    assert_eq!(value(&r, "b").unwrap().0, "False");
    assert_eq!(value(&r, "s").unwrap().0, "User");
    assert_eq!(value(&r, "d").unwrap().0, "28/02/2025");
    for (name, bad, allowed) in [
        ("b", "yes", "true, false"),
        ("s", "Nobody", "\"Current User\" (= \"User\")"),
        ("d", "28.2.2025", "ISO date"),
    ] {
        let e = run(declared(), &[(name, bad)], &[], &[], &k)
            .unwrap_err()
            .to_string();
        assert!(e.contains(allowed), "{e}");
    }
    k.date_format = "%Q!".into();
    assert!(matches!(
        run(declared(), &[("d", "2025-02-28")], &[], &[], &k),
        Err(VariableError::DateFormat { .. })
    ));
}

#[test]
fn a_default_that_does_not_convert_is_passed_as_it_stands() {
    let mut sel = var("s", VariableType::Selection, "Gone");
    sel.options = vec![SelectionOption {
        name: "One".into(),
        value: "1".into(),
    }];
    let date = var("d", VariableType::Date, "tomorrow");
    let r = run(vec![sel, date], &[], &[], &[], &Knobs::default()).unwrap();
    assert_eq!(value(&r, "s").unwrap().0, "Gone");
    assert_eq!(value(&r, "d").unwrap().0, "tomorrow");
    assert_eq!(r.notes.len(), 1, "the package's reader tells of selections");
    assert_eq!(r.notes[0].code, "default-not-convertible");
}

#[test]
fn of_two_declarations_of_a_name_the_first_counts() {
    let twice = vec![
        var("a", VariableType::String, "1"),
        var("a", VariableType::String, "2"),
    ];
    let r = run(twice, &[], &[], &[], &Knobs::default()).unwrap();
    assert_eq!(r.variables.len(), 1);
    assert_eq!(value(&r, "a").unwrap().0, "1");
}

#[test]
fn names_no_shell_can_read_are_noted_and_unusable_ones_refused() {
    let k = Knobs::default();
    let r = run(vec![], &[], &[("my var", "x")], &[], &k).unwrap();
    assert_eq!(r.notes[0].code, "variable-name-not-identifier");
    assert!(matches!(
        run(vec![], &[], &[("a=b", "x")], &[], &k),
        Err(VariableError::Unusable { .. })
    ));
    assert!(matches!(
        run(vec![], &[], &[("a", "x\0y")], &[], &k),
        Err(VariableError::Unusable { .. })
    ));
    let long = "x".repeat(LONGEST_ENTRY - 3);
    assert!(run(vec![], &[], &[("a", &long)], &[], &k).is_ok());
    let long = "x".repeat(LONGEST_ENTRY - 2);
    assert!(run(vec![], &[], &[("a", &long)], &[], &k).is_err());
}

#[test]
fn the_knob_for_empty_values_drops_them() {
    let mut k = Knobs::default();
    let r = run(
        vec![
            var("a", VariableType::String, ""),
            var("b", VariableType::String, "1"),
        ],
        &[],
        &[],
        &[],
        &k,
    )
    .unwrap();
    assert_eq!(r.reaching(&k).count(), 2);
    k.empty_variable = EmptyVariable::Unset;
    assert_eq!(
        r.reaching(&k).map(|v| v.name.as_str()).collect::<Vec<_>>(),
        ["b"]
    );
}
