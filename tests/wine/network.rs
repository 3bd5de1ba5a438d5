//! The network of a Windows device: names, connections and services.

use super::device::{boot, check, engine, run, spec, text};
use libtest_mimic::Failed;
use shakedown::engine::{Device, Engine, Outcome};
use shakedown::rmm::service::{Reply, Request, Route, ServiceSpec};
use std::sync::Arc;

/// Asks an address through WinHTTP, which trusts what Windows trusts.
fn ask(device: &Arc<dyn Device>, method: &str, url: &str) -> Result<Outcome, Failed> {
    let script = format!(
        "Set h = CreateObject(\"WinHttp.WinHttpRequest.5.1\")\r\n\
         h.SetTimeouts 3000, 3000, 3000, 3000\r\n\
         On Error Resume Next\r\n\
         h.Open \"{method}\", \"{url}\", False\r\n\
         h.Send \"key=1\"\r\n\
         If Err.Number <> 0 Then\r\n  WScript.Echo \"failed \" & Hex(Err.Number)\r\n  WScript.Quit 1\r\nEnd If\r\n\
         WScript.Echo h.Status & \" \" & h.ResponseText\r\n"
    );
    device.write_file(r"C:\windows\temp\ask.vbs", script.as_bytes(), 0o644)?;
    run(device, r"cscript //nologo C:\windows\temp\ask.vbs")
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
    let device = engine().boot(&spec)?;
    let trust = device.trust();
    let file = trust
        .iter()
        .find(|(n, _)| n == "SSL_CERT_FILE")
        .map(|(_, f)| f.as_str());
    let ca = device.read_file(file.ok_or("no SSL_CERT_FILE")?, 1 << 20)?;
    check(ca.is_some_and(|c| c.starts_with(b"-----BEGIN")), trust)?;
    // The script host's and WinHTTP's own first steps are no footprint.
    let mark = device.mark()?;
    let url = "https://licence.vendor.example/activate";
    for round in 0..2 {
        let outcome = ask(&device, "POST", url)?;
        check(text(&outcome.stdout) == "200 seat 17\n", &outcome)?;
        let calls = &outcome.observed.services;
        check(
            calls.len() == 1 && calls[0].body == "key=1" && calls[0].route == Some(0),
            &outcome,
        )?;
        let lookups = &outcome.observed.lookups;
        check(lookups.len() == 1 && lookups[0].answered, &outcome)?;
        if round == 0 {
            let found = device.footprint(&mark)?;
            check(
                found.entries.is_empty() && found.registry.is_empty(),
                &found,
            )?;
            device.reboot()?;
        }
    }
    device.set_online(false)?;
    let outcome = ask(&device, "POST", url)?;
    check(text(&outcome.stdout).starts_with("failed"), outcome)?;
    device.set_online(true)?;
    let outcome = ask(&device, "POST", url)?;
    check(text(&outcome.stdout) == "200 seat 17\n", outcome)
}

pub fn names_and_connections() -> Result<(), Failed> {
    let device = boot("names")?;
    let outcome = ask(&device, "GET", "http://nowhere.example/")?;
    let names: Vec<_> = outcome
        .observed
        .lookups
        .iter()
        .map(|l| (l.name.as_str(), l.answered))
        .collect();
    check(names == [("nowhere.example", false)], &outcome)?;
    let outcome = ask(&device, "GET", "http://203.0.113.9/")?;
    let to: Vec<_> = outcome
        .observed
        .connections
        .iter()
        .map(|c| (c.to.as_str(), c.protocol.as_str()))
        .collect();
    check(to == [("203.0.113.9:80", "tcp")], &outcome)
}
