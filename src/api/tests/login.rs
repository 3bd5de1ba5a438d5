//! The authorization-code grant.

use super::*;
use crate::rmm::api_knobs::{ApiCodeRefresh, ApiKnobs};

const BACK: &str = "https://oauth.pstmn.io/v1/callback";

fn authorize(redirect: &str, more: &str) -> String {
    format!(
        "/auth/oauth/authorize?client_id=public-client&redirect_uri={redirect}&response_type=code{more}"
    )
}

fn cookie(answer: &Answer) -> String {
    let set = header(answer, "set-cookie");
    assert!(set.contains("; HttpOnly; SameSite=Lax"), "{set}");
    set.split(';').next().unwrap_or_default().to_owned()
}

fn csrf(page: &str) -> String {
    let after = page
        .split("name=\"_csrf\" value=\"")
        .nth(1)
        .expect("the form has a token");
    after.split('"').next().unwrap_or_default().to_owned()
}

/// From the authorize request to where the log-in sends the browser.
fn log_in(w: &World, target: &str) -> Answer {
    let first = w.ask("GET", target, &[], "");
    assert_eq!(
        (first.status, header(&first, "location")),
        (302, "/auth/login"),
        "{}",
        body(&first)
    );
    let cookie = cookie(&first);
    let page = w.ask("GET", "/auth/login", &[("cookie", &cookie)], "");
    assert_eq!(page.status, 200);
    let k = keys(SEED, 0, "ann");
    let form = format!(
        "_csrf={}&username={}&password={}",
        csrf(&body(&page)),
        k.key,
        k.secret
    );
    w.ask("POST", "/auth/login", &[("cookie", &cookie)], &form)
}

fn code(answer: &Answer) -> String {
    let to = header(answer, "location");
    let after = to.split("code=").nth(1).expect("the redirect has a code");
    let coded = after.split('&').next().unwrap_or_default();
    percent_encoding::percent_decode_str(coded)
        .decode_utf8_lossy()
        .into_owned()
}

fn exchange(w: &World, code: &str, redirect: &str) -> Answer {
    w.token_call(&format!(
        "grant_type=authorization_code&code={code}&redirect_uri={redirect}"
    ))
}

#[test]
fn a_log_in_gives_a_code_and_the_code_a_token() {
    let w = world(settings());
    let back = log_in(&w, &authorize(BACK, "&scope=default&state=a%26b"));
    assert_eq!(back.status, 302);
    let to = header(&back, "location");
    assert!(
        to.starts_with(&format!("{BACK}?code=")) && to.ends_with("&state=a%26b"),
        "{to}"
    );
    let t = json(&exchange(&w, &code(&back), BACK));
    assert!(t["refresh_token"].is_string());
    assert_eq!(
        w.with(&text(&t["access_token"]), "GET", "/api/v2/nothing", "")
            .status,
        404
    );
}

#[test]
fn a_code_serves_once_and_60_seconds() {
    let w = world(settings());
    let first = code(&log_in(&w, &authorize(BACK, "")));
    assert_eq!(exchange(&w, &first, BACK).status, 200);
    assert_eq!(json(&exchange(&w, &first, BACK))["error"], "invalid_grant");
    let late = code(&log_in(&w, &authorize(BACK, "")));
    w.advance(60_000);
    assert_eq!(json(&exchange(&w, &late, BACK))["error"], "invalid_grant");
    let timely = code(&log_in(&w, &authorize(BACK, "")));
    w.advance(59_999);
    assert_eq!(exchange(&w, &timely, BACK).status, 200);
}

#[test]
fn a_code_is_for_its_own_redirect_uri() {
    let w = world(settings());
    for wrong in ["https://elsewhere.test/", ""] {
        let code = code(&log_in(&w, &authorize(BACK, "")));
        assert_eq!(json(&exchange(&w, &code, wrong))["error"], "invalid_grant");
    }
}

#[test]
fn a_code_of_reset_keys_is_worth_nothing() {
    let w = world(settings());
    let code = code(&log_in(&w, &authorize(BACK, "")));
    w.emit(
        0,
        What::ApiKeysReset {
            user: "ann".into(),
            keys: keys(1, 0, "ann"),
        },
    );
    assert_eq!(json(&exchange(&w, &code, BACK))["error"], "invalid_grant");
}

#[test]
fn the_knob_leaves_the_refresh_token_out() {
    let knobs = ApiKnobs {
        code_refresh: ApiCodeRefresh::Absent,
        ..ApiKnobs::default()
    };
    let w = world(Settings {
        knobs,
        ..settings()
    });
    let t = json(&exchange(
        &w,
        &code(&log_in(&w, &authorize(BACK, ""))),
        BACK,
    ));
    assert!(t["access_token"].is_string() && t.get("refresh_token").is_none());
}

#[test]
fn codes_are_sent_over_https_or_to_this_machine_only() {
    let w = world(settings());
    for good in [
        BACK,
        "https://a.test:8443/x?y=1",
        "http://127.0.0.1:9/cb",
        "http://[::1]/cb",
        "http://localhost:3000",
    ] {
        assert_eq!(
            w.ask("GET", &authorize(good, ""), &[], "").status,
            302,
            "{good}"
        );
    }
    for bad in [
        "http://example.test/",
        "http://localhost.example.test/",
        "http://127.0.0.1@example.test/",
        "https://user@example.test/",
        "javascript:alert(1)",
        "/auth/login",
        "",
        "https://",
        "data:text/html,x",
        "https://a.test/%23x",
        "ftp://127.0.0.1/",
        "https://a.test/%0d%0aX:%20y",
    ] {
        let answer = w.ask("GET", &authorize(bad, ""), &[], "");
        assert_eq!(
            (answer.status, header(&answer, "location")),
            (400, ""),
            "{bad}"
        );
        assert!(body(&answer).contains("redirect_uri"), "{bad}");
    }
}

#[test]
fn a_redirect_uri_with_a_query_keeps_it() {
    let w = world(settings());
    let back = log_in(&w, &authorize("https://a.test/x%3Fy%3D1", ""));
    assert!(header(&back, "location").starts_with("https://a.test/x?y=1&code="));
}

#[test]
fn another_client_or_response_type_is_refused() {
    let w = world(settings());
    let other = authorize(BACK, "").replace("public-client", "mine");
    assert_eq!(w.ask("GET", &other, &[], "").status, 400);
    let implicit = authorize(BACK, "&state=s").replace("=code", "=token");
    let answer = w.ask("GET", &implicit, &[], "");
    let to = header(&answer, "location");
    assert!(
        to.starts_with(&format!("{BACK}?error=unsupported")) && to.ends_with("&state=s"),
        "{to}"
    );
}

#[test]
fn a_wrong_secret_leads_back_to_the_form() {
    let w = world(settings());
    let cookie = cookie(&w.ask("GET", &authorize(BACK, ""), &[], ""));
    let page = w.ask("GET", "/auth/login", &[("cookie", &cookie)], "");
    let form = format!("_csrf={}&username=x&password=y", csrf(&body(&page)));
    let answer = w.ask("POST", "/auth/login", &[("cookie", &cookie)], &form);
    assert_eq!(
        (answer.status, header(&answer, "location")),
        (302, "/auth/login?error")
    );
    let page = w.ask("GET", "/auth/login?error", &[("cookie", &cookie)], "");
    assert!(body(&page).contains("is wrong"));
}

#[test]
fn a_form_without_its_session_or_its_token_is_refused() {
    let w = world(settings());
    let cookie = cookie(&w.ask("GET", &authorize(BACK, ""), &[], ""));
    let k = keys(SEED, 0, "ann");
    let form = format!("_csrf=x&username={}&password={}", k.key, k.secret);
    assert_eq!(
        w.ask("POST", "/auth/login", &[("cookie", &cookie)], &form)
            .status,
        403
    );
    assert_eq!(w.ask("POST", "/auth/login", &[], &form).status, 403);
    assert_eq!(
        w.ask("GET", "/auth/login", &[("cookie", "SESSION=x")], "")
            .status,
        403
    );
    w.advance(600_000);
    assert_eq!(
        w.ask("GET", "/auth/login", &[("cookie", &cookie)], "")
            .status,
        403
    );
}

#[test]
fn who_is_logged_in_gets_a_code_at_once_until_the_keys_are_reset() {
    let w = world(settings());
    let back = log_in(&w, &authorize(BACK, ""));
    let session = cookie(&back);
    let again = w.ask(
        "GET",
        &authorize("https://other.test/", ""),
        &[("cookie", &session)],
        "",
    );
    assert_eq!(
        exchange(&w, &code(&again), "https://other.test/").status,
        200
    );
    w.emit(
        0,
        What::ApiKeysReset {
            user: "ann".into(),
            keys: keys(1, 0, "ann"),
        },
    );
    let after = w.ask(
        "GET",
        &authorize(BACK, ""),
        &[("cookie", &cookie(&again))],
        "",
    );
    assert_eq!(header(&after, "location"), "/auth/login");
}
