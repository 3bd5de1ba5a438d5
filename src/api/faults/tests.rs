use super::*;
use proptest::prelude::*;

fn fault(text: &str) -> Fault {
    text.parse().expect(text)
}

/// Statuses that so many calls of an operation in a row are met by.
fn played(faults: &Faults, operation: &str, calls: usize) -> Vec<Option<u16>> {
    (0..calls).map(|_| faults.play(operation).status).collect()
}

#[test]
fn faults_are_written_as_they_are_read() {
    for text in [
        "getSites=504",
        "*=delay:2s",
        "*=delay:250ms",
        "getSites=cut x3",
        "*=subset:50%",
        "getUserAccountDevices=subset:1% 1/4",
        "getUserAccount=400 x1",
    ] {
        assert_eq!(fault(text).to_string(), text);
    }
    assert_eq!(
        fault(" getSites = 504   x2 ").to_string(),
        "getSites=504 x2"
    );
}

#[test]
fn what_is_wrong_is_said_with_what_would_be_right() {
    for (text, told) in [
        ("getSites", "write OPERATION=EFFECT"),
        ("", "write OPERATION=EFFECT"),
        ("getsite=504", "did you mean `getSite"),
        ("xyzzy=504", "`*` is all of them"),
        ("getSites=", "is no effect"),
        ("getSites=200", "is no effect"),
        ("getSites=600", "is no effect"),
        ("getSites=+504", "is no effect"),
        ("getSites=delay:2", "is no effect"),
        ("getSites=delay:601s", "is no effect"),
        ("getSites=delay:99999999999999999999s", "is no effect"),
        ("getUserAccountDevices=subset:0%", "is no effect"),
        ("getUserAccountDevices=subset:101%", "is no effect"),
        ("getSites=subset:50%", "is no list of devices"),
        ("getSites=504 x0", "is no number of calls"),
        ("getSites=504 1/0", "is no number of calls"),
        ("getSites=504 twice", "is no number of calls"),
        ("getSites=504 x1 x2", "is no number of calls"),
    ] {
        let error = text.parse::<Fault>().expect_err(text).to_string();
        assert!(error.contains(told), "{text}: {error}");
    }
}

#[test]
fn a_fault_meets_its_own_operation_until_it_is_cleared() {
    let faults = Faults::default();
    faults.set(fault("getSites=504"));
    assert_eq!(played(&faults, "getSites", 2), [Some(504), Some(504)]);
    assert_eq!(played(&faults, "getSite", 1), [None]);
    faults.clear(Some("getSite"));
    assert_eq!(faults.list().len(), 1);
    faults.clear(Some("getSites"));
    assert_eq!(played(&faults, "getSites", 1), [None]);
}

#[test]
fn a_fault_meets_the_next_calls_only_or_every_kth() {
    let faults = Faults::default();
    faults.set(fault("getSites=504 x2"));
    assert_eq!(played(&faults, "getSites", 1), [Some(504)]);
    assert_eq!(faults.list(), [fault("getSites=504 x1")]);
    assert_eq!(played(&faults, "getSites", 2), [Some(504), None]);
    assert!(faults.list().is_empty());
    faults.set(fault("getSites=500 1/3"));
    let every = [None, None, Some(500)];
    assert_eq!(played(&faults, "getSites", 6), [every, every].concat());
}

#[test]
fn a_fault_for_all_gives_way_to_one_for_the_operation() {
    for order in [["*=500", "getSites=504"], ["getSites=504", "*=500"]] {
        let faults = Faults::default();
        order.iter().for_each(|text| faults.set(fault(text)));
        assert_eq!(played(&faults, "getSites", 1), [Some(504)]);
        assert_eq!(played(&faults, "getUsers", 1), [Some(500)]);
        assert_eq!(
            faults
                .play("getSites")
                .told
                .as_deref()
                .map(|t| t.contains("getSites=504")),
            Some(true)
        );
    }
}

#[test]
fn effects_of_different_kinds_come_together_and_of_the_same_kind_the_last_counts() {
    let faults = Faults::default();
    for text in ["getSites=504", "*=delay:2s", "getSites=503", "*=delay:3s"] {
        faults.set(fault(text));
    }
    let played = faults.play("getSites");
    assert_eq!(
        (played.status, played.delay),
        (Some(503), Duration::from_secs(3))
    );
    assert_eq!(faults.list().len(), 2);
}

#[test]
fn a_subset_for_all_meets_lists_of_devices_only() {
    let faults = Faults::default();
    faults.set(fault("*=subset:50%"));
    assert_eq!(faults.play("getSites"), Played::default());
    assert_eq!(faults.play("getSiteDevices").subset, Some(50));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        if let Ok(fault) = text.parse::<Fault>() {
            prop_assert_eq!(fault.to_string().parse::<Fault>(), Ok(fault));
        }
    }

    #[test]
    fn any_fault_is_written_as_it_is_read(
        status in 400u16..600, ms in 0u64..=600_000, share in 1u8..=100, n in 1u32.., kind in 0..4, when in 0usize..3,
    ) {
        let effect = match kind {
            0 => Effect::Status(status),
            1 => Effect::Delay(Duration::from_millis(ms)),
            2 => Effect::Cut,
            _ => Effect::Subset(share),
        };
        let when = [When::Always, When::Next(n), When::Every(n)][when];
        let fault = Fault { operation: EVERY.into(), effect, when };
        prop_assert_eq!(fault.to_string().parse::<Fault>(), Ok(fault));
    }
}
