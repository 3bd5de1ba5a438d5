//! The endpoints for tests below `/shakedown/`.

use super::client::Served;

fn served(args: &[&str]) -> (Served, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    (Served::start(dir.path(), args), dir)
}

pub fn only_programs_of_this_machine_are_answered() {
    let (served, _dir) = served(&[]);
    let refused: [&[(&str, &str)]; 8] = [
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Host", "evil.example")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Referer", "https://evil.example/page")],
        &[("Referer", "http://localhost.evil.example/")],
        &[("Host", "evil.example"), ("Origin", "http://evil.example")],
    ];
    for headers in refused {
        let got = served.call("POST", "/shakedown/advance", headers, "{\"by\":\"1h\"}");
        assert_eq!(got.status, 403, "{headers:?}");
        assert!(got.json()["help"].is_string(), "{}", got.text());
    }
    let own = format!("http://localhost:{}", served.port);
    let host = format!("localhost:{}", served.port);
    let page = format!("{own}/api/v3/page");
    let headers = [
        ("Host", host.as_str()),
        ("Origin", own.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
        ("Referer", page.as_str()),
    ];
    assert_eq!(
        served.call("GET", "/shakedown/keys", &headers, "").status,
        200
    );
}

pub fn faults_are_set_all_or_none() {
    let (served, _dir) = served(&[]);
    let put = |body: &str| served.call("PUT", "/shakedown/faults", &[], body);
    let set = put("[\"getUserAccount=503 x1\"]");
    assert_eq!(set.json(), serde_json::json!(["getUserAccount=503 x1"]));
    for bad in ["[\"getUserAccount=cut\",\"nothing\"]", "{}", "", "[1]"] {
        let got = put(bad);
        assert_eq!(got.status, 400, "{bad}");
        assert!(got.json()["error"].is_string() && got.json()["help"].is_string());
    }
    let token = served.token(0);
    let headers = [("Authorization", token.as_str())];
    let account = || served.call("GET", "/api/v2/account", &headers, "").status;
    assert_eq!((account(), account()), (503, 200));
    put("[\"getUserAccount=500\"]");
    assert_eq!(
        served.call("DELETE", "/shakedown/faults", &[], "").status,
        204
    );
    assert_eq!(account(), 200);
}

pub fn variables_go_out_and_in_as_csv() {
    let (served, _dir) = served(&["--accounts", "2"]);
    let path = "/shakedown/variables.csv?account=1";
    let csv = "site,name,value,masked\r\n,region,jp,false\r\n,licence,abc,true\r\n";
    let put = served.call("PUT", path, &[], csv);
    assert_eq!(put.json()["changed"], 2, "{}", put.text());
    let got = served.call("GET", path, &[], "").text();
    assert!(got.contains(",region,jp,false\r\n"), "{got}");
    assert!(got.contains(",licence,********,true\r\n"), "{got}");
    let other = served
        .call("GET", "/shakedown/variables.csv", &[], "")
        .text();
    assert!(!other.contains("region"), "accounts are apart: {other}");
    let bad = served.call(
        "PUT",
        path,
        &[],
        "site,name,value,masked\r\n,x,1,perhaps\r\n,y,1,false\r\n",
    );
    assert_eq!(bad.status, 400);
    assert!(bad.text().contains('2'), "the line is told: {}", bad.text());
    assert!(
        !served.call("GET", path, &[], "").text().contains(",y,"),
        "all or nothing"
    );
    assert_eq!(
        served
            .call("GET", "/shakedown/variables.csv?account=7", &[], "")
            .status,
        404
    );
}

pub fn calls_are_told_and_bounded() {
    let (served, _dir) = served(&["--keep-calls", "3"]);
    let token = served.token(0);
    let headers = [("Authorization", token.as_str())];
    for _ in 0..4 {
        served.call("GET", "/api/v2/account?x=1", &headers, "");
    }
    let calls = served.call("GET", "/shakedown/calls", &[], "").json();
    let calls = calls.as_array().expect("an array");
    assert_eq!(calls.len(), 3);
    let last = &calls[2];
    assert_eq!(last["operation"], "getUserAccount");
    assert_eq!(
        (&last["path"], &last["status"]),
        (&"/api/v2/account?x=1".into(), &200.into())
    );
    assert!(last["user"].is_string(), "{last}");
    assert_eq!(
        last["number"].as_u64(),
        calls[0]["number"].as_u64().map(|n| n + 2)
    );
    assert_eq!(
        served.call("DELETE", "/shakedown/calls", &[], "").status,
        204
    );
    assert_eq!(
        served.call("GET", "/shakedown/calls", &[], "").json(),
        serde_json::json!([])
    );
}

pub fn calls_tell_no_secret() {
    let (served, _dir) = served(&["--log"]);
    let token = served.token(0);
    served.call("DELETE", "/shakedown/calls", &[], "");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let astray = "grant_type=password&username=me&password=sesame-1";
    served.call("POST", "/api/public/oauth/token", &[form], astray);
    served.call("GET", "/api/v2/account?access_token=sesame-2", &[], "");
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
    ];
    let variable = "{\"name\":\"licence\",\"value\":\"sesame-3\",\"masked\":true}";
    served.call("PUT", "/api/v2/account/variable", &headers, variable);
    let calls = served.call("GET", "/shakedown/calls", &[], "");
    assert!(!calls.text().contains("sesame"), "{}", calls.text());
    let calls = calls.json();
    let accounts = [&calls[0]["account"], &calls[1]["account"]];
    assert!(accounts.iter().all(|a| a.is_null()), "nobody's: {calls}");
    assert_eq!(calls[2]["account"], 0);
    let body = calls[2]["body"].as_str().expect("a body");
    assert_eq!(body, variable.replace("sesame-3", "********"));
    let (_, _, err) = served.stopped();
    assert!(err.contains("access_token=****"), "{err}");
    assert!(!err.contains("sesame"), "{err}");
}

pub fn the_clock_moves_on() {
    let (served, _dir) = served(&[]);
    let token = served.token(0);
    let headers = [("Authorization", token.as_str())];
    let account = || served.call("GET", "/api/v2/account", &headers, "").status;
    let advance = |by: &str| {
        let body = serde_json::json!({ "by": by }).to_string();
        served.call("POST", "/shakedown/advance", &[], &body)
    };
    let clock = || served.call("GET", "/shakedown/clock", &[], "").json()["ms"].as_i64();
    let before = clock().expect("a time");
    assert_eq!(advance("99h").status, 200);
    assert!(clock().expect("a time") - before >= 99 * 3_600_000);
    assert_eq!(account(), 200, "a token lives 100 hours");
    assert_eq!(advance("61m").status, 200);
    assert_eq!(account(), 401, "and no longer");
    let days = clock().expect("a time");
    assert_eq!(advance("2d").status, 200, "as in scenarios");
    assert!(clock().expect("a time") - days >= 48 * 3_600_000);
    for bad in ["", "-1h", "soon", "1h2d"] {
        assert_eq!(advance(bad).status, 400, "{bad}");
    }
}

pub fn what_is_not_there_is_said() {
    let (served, _dir) = served(&[]);
    let nothing = served.call("GET", "/shakedown/nothing", &[], "");
    assert_eq!(nothing.status, 404);
    assert!(
        nothing.text().contains("/shakedown/variables.csv"),
        "{}",
        nothing.text()
    );
    let wrong = served.call("DELETE", "/shakedown/keys", &[], "");
    assert_eq!(wrong.status, 405);
    assert!(wrong.text().contains("it takes GET"), "{}", wrong.text());
    let device = served.call(
        "POST",
        "/shakedown/device/none/online",
        &[],
        "{\"online\":true}",
    );
    assert_eq!(device.status, 404, "{}", device.text());
}
