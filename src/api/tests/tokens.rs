//! The token endpoint and what a token opens.

use super::*;
use crate::rmm::api_knobs::{ApiKnobs, ApiTokensAfterReset, ApiWrongSecret};

const HOUR: i64 = 3_600_000;

/// Whether a token opens an operation that there is not: 404 where it does.
fn opens(w: &World, token: &str) -> bool {
    w.with(token, "GET", "/api/v2/nothing", "").status == 404
}

#[test]
fn a_password_gives_a_token_in_the_platforms_form() {
    let w = world(settings());
    let answer = w.log_in(&keys(SEED, 0, "ann"));
    assert_eq!(answer.status, 200);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let t = json(&answer);
    assert_eq!(
        (&t["token_type"], &t["expires_in"], &t["scope"]),
        (&"bearer".into(), &359_999.into(), &"default".into())
    );
    let names: Vec<&str> = t
        .as_object()
        .map(|o| o.keys().map(String::as_str).collect())
        .unwrap_or_default();
    assert_eq!(
        names,
        [
            "access_token",
            "token_type",
            "refresh_token",
            "expires_in",
            "scope",
            "jti"
        ]
    );
    assert!(opens(&w, &text(&t["access_token"])));
}

#[test]
fn the_order_and_encoding_of_the_form_do_not_matter() {
    let w = world(settings());
    let odd = ApiKeys {
        key: "K+1".into(),
        secret: "s%2B+ &=é".replace('&', ""),
    };
    w.emit(
        0,
        What::UserAdded {
            user: "odd".into(),
            details: UserDetails::default(),
            keys: odd,
        },
    );
    for form in [
        "username=K+1&password=s%2B+ =é&grant_type=password",
        "password=s%252B%2B%20%3D%C3%A9&grant_type=password&username=K%2B1",
        "password=s%252B%2B+%3D%C3%A9&grant_type=pass%77ord&username=K%2B1&client_id=public-client&x",
    ] {
        assert_eq!(w.token_call(form).status, 200, "{form}");
    }
    assert_eq!(
        w.token_call("username=K+1&password=s&grant_type=password")
            .status,
        400
    );
}

#[test]
fn the_client_must_be_the_public_one_and_else_gets_a_page_and_a_challenge() {
    let w = world(settings());
    let k = keys(SEED, 0, "ann");
    let form = format!(
        "grant_type=password&username={}&password={}",
        k.key, k.secret
    );
    let other = basic("public-client", "private");
    let by_key = basic(&k.key, &k.secret);
    for headers in [
        vec![],
        vec![("authorization", other.as_str())],
        vec![("authorization", by_key.as_str())],
        vec![("authorization", "Basic !")],
        vec![("authorization", "Bearer x")],
        vec![("authorization", "Basic")],
    ] {
        let answer = w.ask("POST", "/auth/oauth/token", &headers, &form);
        assert_eq!(answer.status, 401, "{headers:?}");
        assert!(header(&answer, "www-authenticate").starts_with("Basic realm=\""));
        assert!(header(&answer, "content-type").starts_with("text/html"));
        assert!(body(&answer).contains("<form"));
    }
    let answer = w.ask(
        "POST",
        "/auth/oauth/token",
        &[("authorization", &CLIENT.replace("Basic", "bAsIc"))],
        &form,
    );
    assert_eq!(answer.status, 200);
}

#[test]
fn client_credentials_get_the_page_too() {
    let w = world(settings());
    let answer = w.token_call("grant_type=client_credentials");
    assert_eq!(
        (answer.status, header(&answer, "content-type")),
        (401, "text/html;charset=UTF-8")
    );
}

#[test]
fn a_wrong_key_or_secret_is_refused_by_the_knob() {
    for (wrong_secret, status) in [
        (ApiWrongSecret::BadRequest, 400),
        (ApiWrongSecret::Unauthorized, 401),
    ] {
        let w = world(Settings {
            knobs: ApiKnobs {
                wrong_secret,
                ..ApiKnobs::default()
            },
            ..settings()
        });
        let k = keys(SEED, 0, "ann");
        let bob = keys(SEED, 1, "bob");
        for (key, secret) in [
            (k.key.as_str(), format!("{}%0A", k.secret)),
            (k.key.as_str(), format!("{}\n", k.secret)),
            (k.key.as_str(), bob.secret.clone()),
            (k.key.as_str(), String::new()),
            ("", k.secret.clone()),
            (&k.key.to_lowercase(), k.secret.clone()),
        ] {
            let answer = w.token_call(&format!(
                "grant_type=password&username={key}&password={secret}"
            ));
            assert_eq!(answer.status, status);
            assert_eq!(
                json(&answer),
                serde_json::json!({"error": "invalid_grant", "error_description": "Bad credentials"})
            );
        }
    }
}

#[test]
fn a_user_without_keys_cannot_log_in() {
    let w = world(settings());
    w.emit(
        0,
        What::UserAdded {
            user: "new".into(),
            details: UserDetails::default(),
            keys: ApiKeys::default(),
        },
    );
    assert_eq!(
        w.token_call("grant_type=password&username=&password=")
            .status,
        400
    );
}

#[test]
fn the_grant_must_be_one_that_there_is() {
    let w = world(settings());
    for (form, error) in [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=implicit", "unsupported_grant_type"),
    ] {
        let answer = w.token_call(form);
        assert_eq!(
            (answer.status, &json(&answer)["error"]),
            (400, &error.into()),
            "{form}"
        );
    }
    let answer = w.ask("GET", "/auth/oauth/token", &[("authorization", CLIENT)], "");
    assert_eq!(
        (answer.status, header(&answer, "allow")),
        (405, "POST, OPTIONS")
    );
    assert_eq!(
        w.ask(
            "POST",
            "/api/public/oauth/token",
            &[("authorization", CLIENT)],
            ""
        )
        .status,
        404
    );
}

#[test]
fn a_token_lives_100_hours_of_the_platforms_time() {
    let w = world(settings());
    let token = w.token(0, "ann");
    w.advance(100 * HOUR - 1);
    assert!(opens(&w, &token));
    w.advance(1);
    let answer = w.with(&token, "GET", "/api/v2/nothing", "");
    assert_eq!(answer.status, 401);
    assert!(header(&answer, "www-authenticate").contains("invalid_token"));
    assert!(!answer.body.is_empty());
}

#[test]
fn the_word_before_a_token_may_be_of_any_case_and_must_be_bearer() {
    let w = world(settings());
    let token = w.token(0, "ann");
    let k = keys(SEED, 0, "ann");
    let with = |value: &str| {
        w.ask("GET", "/api/v2/nothing", &[("authorization", value)], "")
            .status
    };
    for word in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(with(&format!("{word} {token}")), 404);
    }
    for bad in [
        basic(&k.key, &k.secret),
        CLIENT.into(),
        token.clone(),
        format!("Bearer {token}x"),
        "Bearer ".into(),
        "Bearer".into(),
    ] {
        assert_eq!(with(&bad), 401, "{bad}");
    }
    assert_eq!(w.ask("GET", "/api/v2/nothing", &[], "").status, 401);
}

#[test]
fn a_token_with_another_accounts_number_opens_nothing() {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let w = world(settings());
    let mut bytes = URL_SAFE_NO_PAD.decode(w.token(0, "ann")).expect("a token");
    assert!(opens(&w, &URL_SAFE_NO_PAD.encode(&bytes)));
    for account in [1, 2, 255] {
        bytes[1] = account;
        assert!(!opens(&w, &URL_SAFE_NO_PAD.encode(&bytes)));
    }
}

#[test]
fn a_refresh_token_gives_a_new_token_and_ends_the_one_before() {
    let w = world(settings());
    let first = json(&w.log_in(&keys(SEED, 0, "ann")));
    let refresh = text(&first["refresh_token"]);
    w.advance(99 * HOUR);
    let form = format!("grant_type=refresh_token&refresh_token={refresh}");
    let second = json(&w.token_call(&form));
    assert_eq!(second["refresh_token"], first["refresh_token"]);
    assert!(opens(&w, &text(&second["access_token"])));
    assert!(!opens(&w, &text(&first["access_token"])));
    w.advance(50 * HOUR);
    assert!(opens(&w, &text(&second["access_token"])));
    w.advance(30 * 24 * HOUR);
    assert_eq!(json(&w.token_call(&form))["error"], "invalid_grant");
    for bad in ["", "x", &text(&second["access_token"])] {
        let answer = w.token_call(&format!("grant_type=refresh_token&refresh_token={bad}"));
        assert_eq!(
            (answer.status, &json(&answer)["error"]),
            (400, &"invalid_grant".into())
        );
    }
}

#[test]
fn a_refresh_token_opens_nothing_itself() {
    let w = world(settings());
    let t = json(&w.log_in(&keys(SEED, 0, "ann")));
    assert!(!opens(&w, &text(&t["refresh_token"])));
}

#[test]
fn a_disabled_user_gets_no_token_and_has_none() {
    let w = world(settings());
    let token = w.token(0, "ann");
    w.disable(0, "ann");
    assert!(!opens(&w, &token));
    let answer = w.log_in(&keys(SEED, 0, "ann"));
    assert_eq!(
        (answer.status, &json(&answer)["error_description"]),
        (400, &"User is disabled".into())
    );
}

#[test]
fn tokens_of_reset_keys_end_or_live_on_by_the_knob() {
    for (tokens_after_reset, lives) in [
        (ApiTokensAfterReset::Revoked, false),
        (ApiTokensAfterReset::Kept, true),
    ] {
        let w = world(Settings {
            knobs: ApiKnobs {
                tokens_after_reset,
                ..ApiKnobs::default()
            },
            ..settings()
        });
        let t = json(&w.log_in(&keys(SEED, 0, "ann")));
        w.emit(
            0,
            What::ApiKeysReset {
                user: "ann".into(),
                keys: keys(1, 0, "ann"),
            },
        );
        assert_eq!(opens(&w, &text(&t["access_token"])), lives);
        let form = format!(
            "grant_type=refresh_token&refresh_token={}",
            text(&t["refresh_token"])
        );
        assert_eq!(w.token_call(&form).status == 200, lives);
        assert_eq!(w.log_in(&keys(SEED, 0, "ann")).status, 400);
        assert_eq!(w.log_in(&keys(1, 0, "ann")).status, 200);
    }
}

#[test]
fn seeded_tokens_repeat_and_random_ones_do_not() {
    let token = |tokens| {
        world(Settings {
            tokens,
            ..settings()
        })
        .token(0, "ann")
    };
    assert_eq!(token(TokenSource::Seeded(1)), token(TokenSource::Seeded(1)));
    assert_ne!(token(TokenSource::Seeded(1)), token(TokenSource::Seeded(2)));
    assert_ne!(token(TokenSource::Random), token(TokenSource::Random));
    let w = world(settings());
    assert_ne!(w.token(0, "ann"), w.token(0, "ann"));
}

#[test]
fn only_digests_of_tokens_are_kept() {
    let w = world(settings());
    let t = json(&w.log_in(&keys(SEED, 0, "ann")));
    let state = format!("{:?}", write(&w.shared).state());
    for name in ["access_token", "refresh_token"] {
        assert!(!state.contains(&text(&t[name])));
    }
}
