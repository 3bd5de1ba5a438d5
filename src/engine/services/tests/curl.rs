//! The client that most scripts use, as a program of its own.

use super::{cloud, route, says, world};
use crate::rmm::service::Fault;
use std::process::Command;

/// curl with the certificate of `ca`, told where `cloud.example` is; `None` where it is missing.
fn curl(ca: &str, port: u16, args: &[&str]) -> Option<(i32, String)> {
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("ca.pem");
    std::fs::write(&pem, ca).unwrap();
    let output = Command::new("curl")
        .args([
            "-q",
            "-sS",
            "--max-time",
            "3",
            "--noproxy",
            "*",
            "--connect-to",
        ])
        .arg(format!("cloud.example:443:127.0.0.1:{port}"))
        .arg("--cacert")
        .arg(&pem)
        .args(args)
        .output();
    match output {
        Ok(output) => Some((
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )),
        Err(_) => {
            let required = std::env::var("SHAKEDOWN_REQUIRE_ENGINES").is_ok_and(|v| v == "1");
            assert!(!required, "curl is missing");
            eprintln!("not run: curl is missing");
            None
        }
    }
}

#[test]
fn curl_trusts_the_ca_and_names_each_fault() {
    let routes = vec![
        route("/x", vec![says("hello curl")]),
        route("/up", vec![says("taken")]),
    ];
    let world = world(&[cloud(true, routes, None)]);
    let (ca, port) = (world.network.ca_pem().unwrap(), world.http[0].port());
    let url = "https://cloud.example/x";
    let Some(plain) = curl(ca, port, &[url]) else {
        return;
    };
    assert_eq!(plain, (0, "hello curl".into()));
    let big = "x".repeat(100_000);
    let up = [
        "-H",
        "Expect: 100-continue",
        "-d",
        &big,
        "https://cloud.example/up",
    ];
    assert_eq!(curl(ca, port, &up), Some((0, "taken".into())));
    assert_eq!(
        world
            .network
            .take()
            .1
            .iter()
            .map(|c| c.body.len())
            .collect::<Vec<_>>(),
        [0, 64 << 10]
    );
    // Codes of curl's manual: 7 refused, 18 partial, 22 HTTP error, 28 timeout, 52 or 56 no answer, 60 certificate.
    for (fault, codes) in [
        (Fault::Status(500), &[22][..]),
        (Fault::Cut, &[52, 56]),
        (Fault::Truncate(50), &[18, 56]),
        (Fault::Hang, &[28]),
        (Fault::UntrustedCertificate, &[60]),
        (Fault::ExpiredCertificate, &[60]),
        (Fault::Refused, &[7]),
    ] {
        world
            .network
            .set_fault("cloud", Some(fault.clone()))
            .unwrap();
        let Some((code, _)) = curl(ca, port, &["-f", "--max-time", "1", url]) else {
            return;
        };
        assert!(codes.contains(&code), "{fault:?}: curl exits {code}");
        let calls = world.network.take().1;
        let expected = if fault == Fault::Refused {
            vec![]
        } else {
            vec![Some(fault.word())]
        };
        assert_eq!(
            calls.iter().map(|c| c.fault.clone()).collect::<Vec<_>>(),
            expected,
            "{fault:?}"
        );
    }
    world.network.set_fault("cloud", None).unwrap();
    assert_eq!(curl(ca, port, &[url]), Some((0, "hello curl".into())));
}
