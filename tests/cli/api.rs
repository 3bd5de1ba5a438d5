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
