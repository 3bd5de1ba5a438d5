//! The network of a device: names, connections and services.

use super::device::{boot, check, run, spec};
use libtest_mimic::Failed;
use shakedown::engine::Engine;
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::rmm::observed::Exit;
use shakedown::rmm::service::{Reply, Request, Route, ServiceSpec};

pub fn names_and_connections() -> Result<(), Failed> {
    let device = boot("names")?;
    let outcome = run(
        &device,
        "getent hosts nowhere.example; (echo > /dev/tcp/203.0.113.9/443) 2>&1 | grep -o -m 1 unreachable; \
         (echo x > /dev/udp/203.0.113.10/9) 2>/dev/null",
    )?;
    let names: Vec<_> = outcome
        .observed
        .lookups
        .iter()
        .map(|l| (l.name.as_str(), l.answered))
        .collect();
    check(names == [("nowhere.example", false)], &outcome)?;
    let connections: Vec<_> = outcome
        .observed
        .connections
        .iter()
        .map(|c| (c.to.as_str(), c.protocol.as_str(), c.process.as_str()))
        .collect();
    check(
        connections
            == [
                ("203.0.113.10:9", "udp", "bash"),
                ("203.0.113.9:443", "tcp", "bash"),
            ],
        &outcome,
    )?;
    check(outcome.stdout.starts_with(b"unreachable\n"), &outcome)
}

pub fn services() -> Result<(), Failed> {
    let mut spec = spec("services");
    let reply = Reply {
        body: b"seat 17".to_vec(),
        ..Reply::default()
    };
    spec.services = vec![ServiceSpec {
        name: "licensing".into(),
        tls: true,
        host: "licence.vendor.example".into(),
        port: 443,
        routes: vec![Route {
            when: Request {
                method: Some("POST".into()),
                ..Request::default()
            },
            replies: vec![reply],
        }],
        ..ServiceSpec::default()
    }];
    let device = SandboxEngine::new().boot(&spec)?;
    let ask = "curl -s -S -m 5 -d key=1 https://licence.vendor.example/activate";
    for round in 0..2 {
        let outcome = run(&device, ask)?;
        check(outcome.stdout == b"seat 17", &outcome)?;
        let calls = &outcome.observed.services;
        check(
            calls.len() == 1 && calls[0].body == "key=1" && calls[0].route == Some(0),
            &outcome,
        )?;
        let lookups = &outcome.observed.lookups;
        check(lookups.len() == 1 && lookups[0].answered, &outcome)?;
        if round == 0 {
            device.reboot()?;
        }
    }
    device.set_online(false)?;
    let outcome = run(&device, ask)?;
    check(outcome.exit != Exit::Code(0), &outcome)?;
    device.set_online(true)?;
    check(run(&device, ask)?.exit == Exit::Code(0), "back online")?;
    let other = boot("other")?;
    check(
        run(&other, ask)?.exit != Exit::Code(0),
        "another device has no such service",
    )
}
