//! The REST API in scenarios: what is told of mistakes before the run, and of answers that are not
//! as expected.

use super::Place;

fn scenario(steps: &str) -> String {
    format!(
        "scenario: api\nworld: {{ devices: {{ pc: {{ os: linux }} }}, account: {{ name: Contoso }} }}\nsteps:\n{steps}"
    )
}

pub fn an_unknown_operation_is_told_before_the_run() {
    let place = Place::new();
    for (steps, told) in [
        (
            "  - api: GET /v2/acount/sites\n",
            "did you mean `GET /v2/account/sites` (getSites)?",
        ),
        (
            "  - api: PATCH /v2/device/${pc.uid}\n",
            "the platform has no operation `PATCH /v2/device/${pc.uid}`",
        ),
        (
            "  - { platform: getByUidd, fault: 504 }\n",
            "did you mean `getByUid`?",
        ),
        ("  - { platform: all, fault: 200 }\n", "`200` is no effect"),
        (
            "  - { api: GET /v2/account, as: nobody }\n",
            "there is no user `nobody`",
        ),
        (
            "  - { api: GET /v2/account, expect: { json: { $.a: { contians: x } } } }\n",
            "did you mean `contains`?",
        ),
    ] {
        place.file("scenarios/a.yaml", &scenario(steps));
        let call = place.call(&["run", "--dry-run"]);
        assert_eq!(call.code, Some(2), "{steps}: {}", call.stderr);
        assert!(call.stderr.contains(told), "{steps}: {}", call.stderr);
        assert!(
            call.stderr.contains("a.yaml:4:"),
            "{steps}: {}",
            call.stderr
        );
    }
    let refused = "  - { api: PATCH /v2/account, expect: { status: 405 } }\n";
    place.file("scenarios/a.yaml", &scenario(refused));
    let call = place.call(&["run", "--dry-run"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
}

pub fn a_failure_tells_path_expected_and_what_is_there() {
    let place = Place::new();
    let cases = [
        (
            "{ json: { $.nmae: Contoso } }",
            &[
                "json $.nmae",
                "nothing is at this path",
                "`$.name` = \"Contoso\"",
            ][..],
        ),
        (
            "{ json: { $.name: Fabrikam } }",
            &["json $.name", "\"Fabrikam\"", "\"Contoso\""],
        ),
        ("{ status: 404 }", &["status", "404", "200"]),
        (
            "{ platform: { calls: 1 } }",
            &["platform.calls", "1 calls", "0 calls"],
        ),
    ];
    for (expect, told) in cases {
        let step = format!("  - {{ api: GET /v2/account, expect: {expect} }}\n");
        place.file("scenarios/a.yaml", &scenario(&step));
        let call = place.call(&["run"]);
        assert_eq!(call.code, Some(1), "{expect}: {}", call.stderr);
        for text in told {
            assert!(call.stderr.contains(text), "{expect}: {}", call.stderr);
        }
    }
}

pub fn keys_and_tokens_stay_out_of_the_record() {
    let place = Place::new();
    let steps = "  - api: POST /auth/oauth/token
    auth: basic public-client:public
    form: { grant_type: password, username: '${user.admin.key}', password: '${user.admin.secret}' }
    capture: { token: json:$.access_token }
  - device: pc
    shell: echo ${token} ${user.admin.secret} ${user.admin.key}
    expect: { stdout: { matches: '^[A-Za-z0-9_-]{46} [A-Z0-9]{32} [A-Z0-9]{32}' } }
  - api: GET /v2/account
    auth: bearer ${token}
";
    place.file("scenarios/a.yaml", &scenario(steps));
    let call = place.call(&["run"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    let runs = place.path().join(".shakedown/runs/latest");
    let logs = std::fs::read_dir(runs).expect("the record is there");
    let record: String = logs
        .flatten()
        .filter_map(|e| std::fs::read_to_string(e.path()).ok())
        .collect();
    let value = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    let events: Vec<_> = record.lines().map(value).collect();
    let of = |kind: &str| events.iter().find(|e| e["what"]["event"] == kind);
    let printed = of("output").expect("it printed")["what"]["text"].to_string();
    let key = of("user-added").expect("a user")["what"]["keys"]["key"].to_string();
    assert!(
        printed.contains(key.trim_matches('"')),
        "the key is no secret: {printed}"
    );
    let long = |t: &str| {
        t.len() >= 32
            && t.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let words = printed.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
    let shown: Vec<&str> = words.filter(|w| long(w)).collect();
    assert_eq!(shown, [key.trim_matches('"')], "{printed}");
    let captured = of("captured").expect("a capture")["what"]["value"].to_string();
    assert!(!long(captured.trim_matches('"')), "{captured}");
}

/// One request on a connection of its own; the answer's status and body.
fn ask(port: u16, head: &str, body: &str) -> Option<(u16, String)> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).ok()?;
    let patience = std::time::Duration::from_secs(60);
    stream.set_read_timeout(Some(patience)).ok()?;
    let length = body.len();
    let text = format!(
        "{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).ok()?;
    let mut got = String::new();
    stream.read_to_string(&mut got).ok()?;
    let status = got.split(' ').nth(1)?.parse().ok()?;
    let body = got.split_once("\r\n\r\n")?.1;
    Some((status, body.to_owned()))
}

/// The port that a running scenario drew, as its record tells it.
fn drawn(place: &Place) -> u16 {
    let begun = std::time::Instant::now();
    loop {
        let runs = std::fs::read_dir(place.path().join(".shakedown/runs"));
        let files = runs.into_iter().flatten().flatten();
        let files = files.filter_map(|run| std::fs::read_dir(run.path()).ok());
        let record: String = files
            .flatten()
            .flatten()
            .filter_map(|e| std::fs::read_to_string(e.path()).ok())
            .collect();
        let after = record.split("the REST API was at http://127.0.0.1:").nth(1);
        let port = after.and_then(|a| a.split(' ').next()?.parse().ok());
        if let Some(port) = port {
            return port;
        }
        assert!(begun.elapsed().as_secs() < 50, "it never listens");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

pub fn a_client_outside_is_answered_while_a_step_waits() {
    let place = Place::new();
    place.file(
        "scenarios/a.yaml",
        "scenario: outside
world: { devices: { pc: { os: linux } }, api: { listen: true } }
steps:
  - api: GET /v2/account/variables
    until: 50s
    expect: { json: { '$.variables[*].value': { contains: from outside } } }
  - device: pc
    shell: echo ${platform.url} ${platform.host}
    expect: { stdout: { matches: '^http://127.0.0.1:[0-9]+ pinotage-api.centrastage.net' } }
  - check: platform
    expect: { platform: { calls: 2, requests: [{ operation: createAccountVariable, user: admin, times: 1 }] } }
",
    );
    let run = place
        .command(&["run"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let port = drawn(&place);
    let keys = ask(port, "GET /shakedown/keys HTTP/1.1", "").expect("an answer");
    let (status, text) = keys;
    assert_eq!(status, 200, "{text}");
    let rows: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let field = |name: &str| rows[0][name].as_str().expect("a text").to_owned();
    let form = format!(
        "grant_type=password&username={}&password={}",
        field("key"),
        field("secret")
    );
    let head = "POST /auth/oauth/token HTTP/1.1\r\nAuthorization: Basic cHVibGljLWNsaWVudDpwdWJsaWM=\r\nContent-Type: application/x-www-form-urlencoded";
    let (status, text) = ask(port, head, &form).expect("an answer");
    assert_eq!(status, 200, "{text}");
    let token: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let token = token["access_token"].as_str().expect("a token");
    let refused = ask(port, "GET /shakedown/calls HTTP/1.1", "").expect("an answer");
    assert_eq!(refused.0, 404, "{}", refused.1);
    let head = format!(
        "PUT /api/v2/account/variable HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json"
    );
    let body = r#"{"name":"usrGo","value":"from outside","masked":false}"#;
    let (status, text) = ask(port, &head, body).expect("an answer");
    assert_eq!(status, 200, "{text}");
    let call = super::Call::from(run.wait_with_output().expect("it ends"));
    assert_eq!(call.code, Some(0), "{}{}", call.stdout, call.stderr);
    assert!(ask(port, "GET /shakedown/keys HTTP/1.1", "").is_none());
}

pub fn only_loopback_is_listened_on() {
    let place = Place::new();
    for listen in ["0.0.0.0:8080", "127.0.0.1", "8080", "example.com:80"] {
        let text = format!(
            "scenario: a\nworld: {{ api: {{ listen: '{listen}' }} }}\nsteps:\n  - api: GET /v2/account\n"
        );
        place.file("scenarios/a.yaml", &text);
        let call = place.call(&["run", "--dry-run"]);
        assert_eq!(call.code, Some(2), "{listen}: {}", call.stderr);
        assert!(
            call.stderr.contains("only this machine's own loopback"),
            "{listen}: {}",
            call.stderr
        );
    }
}

pub fn a_limit_that_is_met_tells_that_the_clock_stands_still() {
    let place = Place::new();
    let steps = "  - api: PUT /v2/account/variable
    body: { name: usrA, value: a }
    retry: { times: 101, every: 1ms }
    expect: { status: 418 }
";
    place.file("scenarios/a.yaml", &scenario(steps));
    let call = place.call(&["run"]);
    assert_eq!(call.code, Some(1), "{}", call.stderr);
    for text in ["429", "`advance: 60s`", "rate-limits: off"] {
        assert!(call.stderr.contains(text), "{text}: {}", call.stderr);
    }
}

/// Why a test that calls curl on a device cannot run.
pub fn without_curl() -> Option<String> {
    let curl = std::process::Command::new("curl").arg("--version").output();
    curl.is_err().then(|| "there is no curl".to_owned())
}

/// No shipped scenario: when such a client asks is nothing that a seed decides.
const BACKGROUND: &str = r#"scenario: background
world:
  devices: { pc: { os: linux } }
  account: { variables: { usrGo: '' } }
  components: { good: ../good }
steps:
  - api: POST /auth/oauth/token
    auth: basic public-client:public
    form: { grant_type: password, username: '${user.admin.key}', password: '${user.admin.secret}' }
    capture: { token: json:$.access_token }
  - device: pc
    write:
      /opt/agent: |
        url='https://${platform.host}/api/v2'
        ask() { curl --silent --fail --header 'Authorization: Bearer ${token}' "$@"; }
        until ask "$url/account/variables" | grep --quiet '"value":"now"'; do sleep 0.1; done
        ask --request PUT --json '{"jobName":"From behind","jobComponent":{"componentUid":"${good.uid}"}}' \
            "$url/device/${pc.uid}/quickjob"
  - device: pc
    shell: sh /opt/agent >/dev/null 2>&1 &
  - portal: set-variable
    scope: account
    variables: { usrGo: now }
  - api: GET /v2/activity-logs?entities=device
    until: 20s
    expect: { body: { contains: From behind } }
"#;

pub fn a_client_in_the_background_is_answered_while_a_step_waits() {
    let place = Place::new();
    place.components();
    place.file("scenarios/a.yaml", BACKGROUND);
    let call = place.call(&["run"]);
    assert_eq!(call.code, Some(0), "{}", call.stderr);
}
