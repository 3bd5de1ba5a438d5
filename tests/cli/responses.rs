//! Responses to alerts: what is refused when a scenario is read, and expectations that do not hold.

use super::Place;

const COMPONENT: &str = "name: Sick\ncategory: monitors\ntype: unix\nscript: command.sh\n";
const SCRIPT: &str =
    "#!/bin/sh\necho '<-Start Result->'\necho Status=sick\necho '<-End Result->'\nexit 1\n";

fn place() -> Place {
    let place = Place::new();
    place.file("scenarios/sick/component.yaml", COMPONENT);
    place.file("scenarios/sick/command.sh", SCRIPT);
    place
}

/// Line 7 is the monitor's responses, line 9 the step.
fn scenario(world: &str, respond: &str, step: &str) -> String {
    format!(
        "scenario: responses\nworld:\n  devices: {{ pc: {{ os: linux }} }}\n  components: {{ sick: sick }}\n  {world}\n  policies: {{ all: {{ monitors: {{ sick: {{ component: sick, respond:\n    {respond} }} }} }} }}\nsteps:\n  - {step}\n"
    )
}

pub fn responses_that_nobody_could_do_are_told_before_the_run() {
    let place = place();
    let step = "advance: 5m";
    let hook = |more: &str| format!("{{ webhook: {{ url: 'https://h.example/a'{more} }} }}");
    let served = "services: { h: { url: 'https://h.example' } }";
    for (world, respond, line, told) in [
        (
            "clock: 2026-01-05T09:00:00Z",
            "ticket".to_owned(),
            7,
            "there is no PSA",
        ),
        ("psa:", "tickets".into(), 7, "`ticket`, `email`"),
        ("psa:", "{ ticket: false }".into(), 7, "does nothing"),
        (
            "psa:",
            "{ ticket: true, email: a@b.example }".into(),
            7,
            "exactly one thing",
        ),
        (
            "psa:",
            "{ ticket: true, variables: { a: b } }".into(),
            7,
            "belong to a component",
        ),
        ("psa:", "email".into(), 7, "no site has recipients"),
        ("psa:", "{ email: nobody }".into(), 7, "an address such as"),
        (
            "psa:",
            "{ email: 'a@b.example, c@d.example' }".into(),
            7,
            "an address such as",
        ),
        ("psa:", "{ component: tidy }".into(), 7, "tidy"),
        ("psa:", hook(""), 7, "no service of this world is at"),
        (
            "psa:",
            "{ webhook: { url: 'ftp://h' } }".into(),
            7,
            "not a webhook's URL",
        ),
        (
            served,
            hook(", body: '[alert_id]'"),
            7,
            "did you mean `[alert_uid]`",
        ),
        (
            served,
            hook(", resolved: '[nonesuch]'"),
            7,
            "`[nonesuch]` stands for nothing",
        ),
        (
            served,
            hook(", method: GET"),
            7,
            "`GET` is not a webhook's method",
        ),
        (
            served,
            hook(", headers: { X-A: \"a\\r\\nb\" }"),
            7,
            "control character",
        ),
        (
            served,
            hook(", headers: { Host: x }"),
            7,
            "the platform's own",
        ),
        (
            "psa: { fault: corrupt }",
            "ticket".into(),
            5,
            "cannot play the fault corrupt",
        ),
        (
            "psa: { taken: true }",
            "ticket".into(),
            5,
            "without a fault",
        ),
        (
            "psa: { fault: refused, taken: true }",
            "ticket".into(),
            5,
            "does not go with refused",
        ),
        ("psa: { urll: a }", "ticket".into(), 5, "did you mean `url`"),
        (
            "knobs: { response-timeout: 3m }",
            "{ email: a@b.example }".into(),
            5,
            "at most 120s",
        ),
        (
            "knobs: { response-tries: 0 }",
            "{ email: a@b.example }".into(),
            5,
            "from 1 to 20",
        ),
    ] {
        place.file("scenarios/a.yaml", &scenario(world, &respond, step));
        refused(&place, &format!("{world} {respond}"), line, told);
    }
    let twice =
        "psa: { url: 'https://h.example/p' }\n  services: { h: { url: 'https://h.example' } }";
    place.file("scenarios/a.yaml", &scenario(twice, "ticket", step));
    refused(&place, twice, 5, "is at the PSA's host");
}

fn refused(place: &Place, what: &str, line: usize, told: &str) {
    let call = place.call(&["run", "--dry-run"]);
    assert_eq!(call.code, Some(2), "{what}: {}", call.stderr);
    let flat = call.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(told), "{what}: {}", call.stderr);
    let at = format!("a.yaml:{line}:");
    assert!(call.stderr.contains(&at), "{what}: {}", call.stderr);
}

pub fn expectations_on_responses_that_are_not_there_are_refused() {
    let place = place();
    let mail = "{ email: a@b.example }";
    for (world, respond, step, told) in [
        (
            "account: {}",
            mail,
            "{ advance: 5m, expect: { tickets: none } }",
            "this world has no PSA",
        ),
        (
            "psa:",
            "ticket",
            "{ advance: 5m, expect: { mails: none } }",
            "no monitor of this world responds by `email`",
        ),
        (
            "psa:",
            mail,
            "{ advance: 5m, expect: { alert: { ticket: any } } }",
            "responds by `ticket`",
        ),
        (
            "psa:",
            mail,
            "{ advance: 5m, expect: { alert: { actions: [TICKET_CREATED] } } }",
            "responds by `ticket`",
        ),
        (
            "psa:",
            mail,
            "{ advance: 5m, expect: { alert: { actions: [EMAIL_SEND] } } }",
            "did you mean `EMAIL_SENT`",
        ),
        (
            "psa:",
            mail,
            "{ advance: 5m, expect: { alert: { actions: [] } } }",
            "the list is empty",
        ),
        (
            "psa:",
            "ticket",
            "{ advance: 5m, expect: { tickets: { opened: 1 } } }",
            "did you mean `open`",
        ),
        (
            "psa:",
            "ticket",
            "{ advance: 5m, expect: { tickets: {} } }",
            "says nothing",
        ),
        (
            "psa:",
            "ticket",
            "{ service: psa, on: pc, fault: cut }",
            "no device reaches the PSA",
        ),
        (
            "services: { h: { url: 'https://h.example' } }",
            mail,
            "{ service: h, fault: cut, taken: true }",
            "only the PSA",
        ),
        ("account: {}", mail, "{ service: psa, fault: cut }", "psa"),
    ] {
        place.file("scenarios/a.yaml", &scenario(world, respond, step));
        refused(&place, step, 9, told);
    }
}

#[cfg(target_os = "linux")]
pub fn responses_that_are_otherwise_fail() {
    let place = place();
    let cases = [
        ("tickets: none", "T20260105.0001 (open): "),
        ("tickets: { open: 2 }", "tickets.open"),
        (
            "tickets: { holding: [{ state: closed }] }",
            "closest: its state is open",
        ),
        (
            "tickets: { holding: [{ title: { not-contains: sick } }] }",
            "closest: its title.not-contains is",
        ),
        ("mails: none", "to a@b.example"),
        (
            "mails: { holding: [{ to: c@b.example }] }",
            "closest: its to is",
        ),
        ("alert: { ticket: empty }", "alert.ticket"),
        (
            "alert: { actions: [TICKET_PENDING, TICKET_CREATED] }",
            "EMAIL_SENT",
        ),
        (
            "alert: { actions: [TICKET_PENDING, { action: TICKET_CREATED, after: 1m }, EMAIL_SENT] }",
            "60 s after the alert",
        ),
        ("services: { psa: { calls: 0 } }", "services.psa.calls"),
    ];
    for (expect, told) in cases {
        let step = format!("{{ advance: 5m, expect: {{ {expect} }} }}");
        let text = scenario("psa:", "[ticket, { email: a@b.example }]", &step);
        place.file("scenarios/a.yaml", &text);
        let call = place.call(&["run"]);
        assert_eq!(call.code, Some(1), "{expect}: {}", call.stderr);
        let all = format!("{}{}", call.stdout, call.stderr);
        let all = all.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(all.contains(told), "{expect}: {all}");
    }
    // Without a ticket nothing can be said of its number, not even what it is not.
    let step = "{ advance: 5m, expect: { alert: { ticket: { not-contains: X } } } }";
    let text = scenario("psa: { fault: cut }", "ticket", step);
    place.file("scenarios/a.yaml", &text);
    let call = place.call(&["run"]);
    assert_eq!(call.code, Some(1), "{}", call.stderr);
}
