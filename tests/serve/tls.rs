//! TLS by a CA of the server's own.

use super::client::{Served, answer, request, tls};
use std::io::{BufReader, Write};
use std::os::unix::fs::PermissionsExt;

const NAMES: [&str; 9] = [
    "pinotage-api.centrastage.net",
    "merlot-api.centrastage.net",
    "concord-api.centrastage.net",
    "vidal-api.centrastage.net",
    "zinfandel-api.centrastage.net",
    "syrah-api.centrastage.net",
    "localhost",
    "127.0.0.1",
    "::1",
];

pub fn clients_that_trust_the_ca_reach_every_name() {
    let dir = tempfile::tempdir().expect("a folder");
    let served = Served::start(dir.path(), &["--tls", "--ca-file", "ca.pem"]);
    assert!(
        served.url.starts_with("https://127.0.0.1:"),
        "{}",
        served.url
    );
    let ca = dir.path().join("ca.pem.crt");
    for name in NAMES {
        let mut stream = tls(served.port, name, &ca).unwrap_or_else(|e| panic!("{name}: {e}"));
        let text = request("GET", "/api/v2/system/status", &[("Host", "localhost")], "");
        stream.write_all(text.as_bytes()).expect("it is sent");
        let got = answer(&mut BufReader::new(stream)).expect("an answer");
        assert_eq!(got.status, 200, "{name}");
    }
    assert!(tls(served.port, "evil.example", &ca).is_err());
    let plain = served.call("GET", "/api/v2/system/status", &[], "");
    assert_eq!(plain.status, 200, "plain HTTP is taken on the same port");
    let (_, _, err) = served.stopped();
    for word in [
        "REQUESTS_CA_BUNDLE=",
        "NODE_EXTRA_CA_CERTS=",
        "SSL_CERT_FILE=",
        "--cacert",
    ] {
        assert!(err.contains(word), "{word}: {err}");
    }
    assert!(
        err.contains("127.0.0.1 pinotage-api.centrastage.net"),
        "{err}"
    );
}

pub fn the_ca_is_kept_and_is_for_its_owner_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let ca = dir.path().join("s.ca.pem");
    let args = ["--tls", "--state", "s.jsonl"];
    Served::start(dir.path(), &args).stopped();
    let kept = std::fs::read_to_string(&ca).expect("a CA beside the state");
    let mode = std::fs::metadata(&ca)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let certificate = dir.path().join("s.ca.pem.crt");
    let text = std::fs::read_to_string(&certificate).expect("a certificate");
    assert!(!text.contains("PRIVATE"), "no key is in what clients read");
    let served = Served::start(dir.path(), &args);
    assert_eq!(std::fs::read_to_string(&ca).expect("the CA"), kept);
    tls(served.port, "localhost", &certificate).expect("the CA from before is the same");
    drop(served);
    std::fs::write(&ca, "nothing\n").expect("it is spoilt");
    let output = super::client::command(dir.path(), &args)
        .output()
        .expect("it runs");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("s.ca.pem is no CA of ours"), "{err}");
}
