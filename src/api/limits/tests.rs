use super::*;
use std::net::Ipv4Addr;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn call(now: i64, bucket: Option<&str>) -> Counted<'_> {
    Counted {
        account: 0,
        peer: HERE,
        now,
        write: bucket.is_some(),
        bucket,
    }
}

/// Counts so many calls alike.
fn count(l: &Limits, calls: u32, one: Counted<'_>) -> Vec<Verdict> {
    let knobs = ApiKnobs::default();
    (0..calls).map(|_| l.count(one, &knobs, true)).collect()
}

#[test]
fn reads_are_slowed_from_90_percent_and_refused_beyond_600() {
    let l = Limits::default();
    let v = count(&l, 601, call(0, None));
    assert!(v[..540].iter().all(|v| *v == Verdict::Go));
    assert!(v[540..600].iter().all(|v| *v == Verdict::Slow));
    assert_eq!(v[600], Verdict::Refused(60));
    assert_eq!(l.rate(0, 0).reads, 600);
}

#[test]
fn a_slot_frees_when_it_was_told() {
    let l = Limits::default();
    count(&l, 600, call(1, None));
    assert_eq!(count(&l, 1, call(30_500, None)), [Verdict::Refused(30)]);
    assert_eq!(count(&l, 1, call(60_000, None)), [Verdict::Refused(1)]);
    assert_eq!(count(&l, 1, call(60_500, None)), [Verdict::Go]);
    assert_eq!(l.rate(0, 60_500).reads, 1);
}

#[test]
fn who_waits_as_told_is_always_taken() {
    let l = Limits::default();
    let mut now = 0;
    for n in 0..3000 {
        // Some 20 calls a second are too many.
        now += 50 + n % 3;
        if let [Verdict::Refused(wait)] = count(&l, 1, call(now, None))[..] {
            now += wait * 1000;
            let again = count(&l, 1, call(now, None));
            assert!(
                matches!(again[..], [Verdict::Go | Verdict::Slow]),
                "{again:?}"
            );
        }
    }
}

#[test]
fn writes_count_apart_from_reads_and_by_operation() {
    let l = Limits::default();
    count(&l, 600, call(0, None));
    let of = |name| count(&l, 101, call(0, Some(name)))[100];
    assert_eq!(of("site-create"), Verdict::Refused(60));
    assert_eq!(of("device-udf-set"), Verdict::Go);
    let r = l.rate(0, 0);
    let at = |name| {
        BUCKETS
            .iter()
            .position(|(n, _)| *n == name)
            .map(|n| r.buckets[n])
    };
    assert_eq!((r.reads, r.writes), (600, 201));
    assert_eq!(
        (at("site-create"), at("device-udf-set"), at("device-move")),
        (Some(100), Some(101), Some(0))
    );
}

#[test]
fn all_writes_together_are_600() {
    let l = Limits::default();
    let v = count(&l, 601, call(0, Some("device-udf-set")));
    assert_eq!((v[540], v[600]), (Verdict::Slow, Verdict::Refused(60)));
    assert_eq!(
        count(&l, 1, call(0, Some("site-create"))),
        [Verdict::Refused(60)]
    );
    assert_eq!(count(&l, 1, call(0, None)), [Verdict::Go]);
}

#[test]
fn a_write_without_a_kind_counts_for_the_account() {
    let l = Limits::default();
    let one = Counted {
        write: true,
        ..call(0, None)
    };
    assert_eq!(count(&l, 601, one)[600], Verdict::Refused(60));
    assert_eq!(l.rate(0, 0).writes, 600);
}

#[test]
fn the_knob_counts_everything_in_one_bucket() {
    let l = Limits::default();
    let knobs = ApiKnobs {
        rate_buckets: ApiRateBuckets::Single,
        ..ApiKnobs::default()
    };
    for n in 0..600 {
        let bucket = (n % 2 == 0).then_some("site-create");
        assert!(matches!(
            l.count(call(0, bucket), &knobs, true),
            Verdict::Go | Verdict::Slow
        ));
    }
    assert_eq!(
        l.count(call(0, Some("site-create")), &knobs, true),
        Verdict::Refused(60)
    );
    assert_eq!((l.rate(0, 0).reads, l.rate(0, 0).writes), (600, 0));
}

#[test]
fn accounts_count_apart() {
    let l = Limits::default();
    count(&l, 600, call(0, None));
    assert_eq!(
        count(
            &l,
            1,
            Counted {
                account: 1,
                ..call(0, None)
            }
        ),
        [Verdict::Go]
    );
}

#[test]
fn who_goes_on_is_blocked_for_a_while() {
    let l = Limits::default();
    count(&l, 600, call(0, None));
    let v = count(&l, 11, call(1000, None));
    assert!(v[..10].iter().all(|v| *v == Verdict::Refused(59)));
    assert_eq!(v[10], Verdict::Blocked(300));
    assert_eq!(l.blocked(HERE, 1000), Some(300));
    assert_eq!(l.blocked(HERE, 300_999), Some(1));
    assert_eq!(l.blocked(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 1000), None);
    assert_eq!(l.blocked(HERE, 301_000), None);
}

#[test]
fn refusals_older_than_the_window_are_forgiven() {
    let l = Limits::default();
    for minute in 0..20 {
        let now = minute * 60_000;
        let v = count(&l, 605, call(now, None));
        assert!(
            v[600..].iter().all(|v| *v == Verdict::Refused(60)),
            "{minute}"
        );
    }
}

#[test]
fn the_knobs_say_when_and_how_long() {
    let l = Limits::default();
    let knobs = ApiKnobs {
        refused_before_block: 0,
        block_seconds: 5,
        ..ApiKnobs::default()
    };
    count(&l, 600, call(0, None));
    assert_eq!(l.count(call(0, None), &knobs, true), Verdict::Blocked(5));
}

#[test]
fn without_limits_calls_are_counted_all_the_same() {
    let l = Limits::default();
    let knobs = ApiKnobs::default();
    for n in 0..2000 {
        assert_eq!(l.count(call(n, None), &knobs, false), Verdict::Go);
    }
    assert_eq!(l.rate(0, 2000).reads, 2000);
}

#[test]
fn a_bounded_number_of_addresses_is_remembered() {
    let l = Limits::default();
    count(&l, 600, call(0, None));
    for n in 0..10_000u32 {
        let peer = IpAddr::V4(Ipv4Addr::from(n));
        let one = Counted {
            peer,
            ..call(1, None)
        };
        assert_eq!(count(&l, 1, one), [Verdict::Refused(60)]);
    }
    assert!(l.kept().refused.len() <= ADDRESSES);
    let knobs = ApiKnobs {
        refused_before_block: 0,
        ..ApiKnobs::default()
    };
    for n in 0..10_000u32 {
        let peer = IpAddr::V4(Ipv4Addr::from(n));
        l.count(
            Counted {
                peer,
                ..call(1, None)
            },
            &knobs,
            true,
        );
    }
    assert!(l.kept().blocked.len() <= ADDRESSES);
}
