//! The document is one that tools can read, and says what is done.

use super::*;
use crate::api::table::{Kind, MAX, PAGE, Param, Success, operations, schema};
use crate::api::types::request::{CreateQuickJobRequest, CreateSiteRequest, UdfRequest};
use crate::api::types::{CreateQuickJobResponse, DevicesPage, Job, Site, SitesPage};
use crate::api::{Answer, Call, Refusal};
use crate::rmm::api_knobs::{ApiDate, ApiErrorBody};
use hyper::http::Method;
use std::collections::BTreeSet;

fn nothing(_: &Call<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::empty(200))
}

fn operation(id: &'static str, method: Method, path: &'static str, success: Success) -> Operation {
    Operation {
        id,
        method,
        path,
        tag: "/v2/site",
        summary: "Made up for tests.",
        query: &[],
        body: None,
        success,
        refusals: &[(404, "There is no such thing.")],
        bucket: None,
        deprecated: false,
        public: false,
        handler: nothing,
    }
}

/// A few operations of every sort.
fn some() -> Vec<Operation> {
    const WORDS: Param = Param::new("entities", Kind::Words(&["device", "user"]), "Of what.");
    vec![
        Operation {
            query: &[PAGE, MAX, WORDS],
            ..operation(
                "getSites",
                Method::GET,
                "/v2/account/sites",
                Success::ok(schema::<SitesPage<'_>>),
            )
        },
        Operation {
            body: Some(schema::<CreateSiteRequest>),
            bucket: Some("site-create"),
            ..operation(
                "create",
                Method::PUT,
                "/v2/site",
                Success::ok(schema::<Site<'_>>),
            )
        },
        operation(
            "getSite",
            Method::GET,
            "/v2/site/{siteUid}",
            Success::ok(schema::<Site<'_>>),
        ),
        operation(
            "getUserAccountDevices",
            Method::GET,
            "/v2/account/devices",
            Success::ok(schema::<DevicesPage<'_>>),
        ),
        Operation {
            body: Some(schema::<UdfRequest>),
            ..operation(
                "setUdfFields",
                Method::POST,
                "/v2/device/{deviceUid}/udf",
                Success::EMPTY,
            )
        },
        Operation {
            body: Some(schema::<CreateQuickJobRequest>),
            ..operation(
                "createQuickJob",
                Method::PUT,
                "/v2/device/{deviceUid}/quickjob",
                Success::ok(schema::<CreateQuickJobResponse<'_>>),
            )
        },
        operation(
            "get_1",
            Method::GET,
            "/v2/job/{jobUid}",
            Success::ok(schema::<Job<'_>>),
        ),
        Operation {
            public: true,
            refusals: &[],
            ..operation(
                "getStatus",
                Method::GET,
                "/v2/system/status",
                Success::EMPTY,
            )
        },
    ]
}

fn made(knobs: &ApiKnobs) -> Value {
    document(&some(), "https://pinotage-api.centrastage.net", knobs)
}

fn references<'v>(value: &'v Value, out: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, v)| match (key.as_str(), v) {
            ("$ref", Value::String(to)) => {
                out.insert(to);
            }
            ("mapping", Value::Object(to)) => out.extend(to.values().filter_map(Value::as_str)),
            _ => references(v, out),
        }),
        Value::Array(rows) => rows.iter().for_each(|v| references(v, out)),
        _ => {}
    }
}

/// What tools ask of any document.
fn sound(document: &Value) {
    let mut to = BTreeSet::new();
    references(document, &mut to);
    for reference in to {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        assert!(name.chars().all(plain), "{name}");
        assert!(jsonschema::meta::is_valid(schema), "{name}: {schema}");
    }
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id} is there twice");
            let empty = Vec::new();
            let said: BTreeSet<_> = operation["parameters"]
                .as_array()
                .unwrap_or(&empty)
                .iter()
                .filter(|p| p["in"] == "path")
                .map(|p| p["name"].as_str().unwrap())
                .collect();
            assert_eq!(said, parameters::names(path).collect(), "{id}");
        }
    }
}

#[test]
fn a_document_is_sound_whatever_the_knobs() {
    sound(&made(&ApiKnobs::default()));
    for error_body in [ApiErrorBody::Errors, ApiErrorBody::Empty] {
        sound(&made(&ApiKnobs {
            error_body,
            ..ApiKnobs::default()
        }));
    }
    sound(&document(
        operations(),
        "http://127.0.0.1:1",
        &ApiKnobs::default(),
    ));
}

#[test]
fn urls_are_those_of_the_request() {
    let document = made(&ApiKnobs::default());
    assert_eq!(
        document["servers"][0]["url"],
        "https://pinotage-api.centrastage.net/api"
    );
    assert_eq!(
        document["components"]["securitySchemes"]["oauth2"]["flows"]["password"]["tokenUrl"],
        "https://pinotage-api.centrastage.net/auth/oauth/token"
    );
}

#[test]
fn only_an_operation_that_needs_a_token_refuses_without_one() {
    let document = made(&ApiKnobs::default());
    let site = &document["paths"]["/v2/site/{siteUid}"]["get"];
    for status in ["200", "400", "401", "403", "404", "429", "500", "504"] {
        assert!(site["responses"][status].is_object(), "{status}");
    }
    assert_eq!(
        site["responses"]["404"]["description"],
        "There is no such thing."
    );
    assert!(site["responses"]["429"]["headers"]["Retry-After"].is_object());
    let status = &document["paths"]["/v2/system/status"]["get"];
    assert_eq!(status["security"], json!([]));
    assert_eq!(status["responses"]["401"], Value::Null);
    assert_eq!(
        status["responses"]["200"]["content"],
        Value::Null,
        "its body is empty"
    );
}

#[test]
fn the_forms_in_force_are_told() {
    let knobs = ApiKnobs {
        dates: ApiDate::Iso,
        job_dates: ApiDate::Seconds,
        udfs: 30,
        error_body: ApiErrorBody::Empty,
        ..ApiKnobs::default()
    };
    let (usual, other) = (made(&ApiKnobs::default()), made(&knobs));
    let schema = |d: &Value, name: &str| d["components"]["schemas"][name].clone();
    assert_eq!(schema(&usual, "PlatformDate")["type"], "integer");
    assert_eq!(schema(&other, "PlatformDate")["format"], "date-time");
    assert_eq!(
        schema(&other, "JobDate")["examples"],
        json!([1_721_131_200])
    );
    assert_eq!(
        schema(&usual, "Udf")["required"].as_array().unwrap().len(),
        300
    );
    assert_eq!(
        schema(&other, "Udf")["required"].as_array().unwrap().len(),
        30
    );
    assert!(schema(&usual, "Refusal").is_object());
    assert_eq!(schema(&other, "Refusal"), Value::Null);
    let refused = &other["paths"]["/v2/site"]["put"]["responses"]["400"];
    assert_eq!(refused["content"], Value::Null);
}

#[test]
fn what_is_sent_and_what_is_taken_have_schemas_of_their_own() {
    let document = made(&ApiKnobs::default());
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["CreateSiteRequest"]["required"], json!(["name"]));
    assert_eq!(
        schemas["CreateSiteRequest"]["properties"]["name"]["maxLength"],
        255
    );
    let required = schemas["Site"]["required"].as_array().unwrap();
    assert!(
        required.contains(&json!("notes")),
        "always served, null or not"
    );
}

#[test]
fn a_name_means_the_same_in_both_directions() {
    let mut schemas = Schemas::new();
    let mut add = |operation: &Operation| {
        operation.body.map(|b| b(&mut schemas.taken));
        operation.success.body.map(|b| b(&mut schemas.sent));
    };
    some().iter().for_each(&mut add);
    operations().for_each(&mut add);
    let (taken, sent) = (schemas.taken.definitions(), schemas.sent.definitions());
    assert!(!taken.is_empty() && !sent.is_empty());
    for (name, schema) in taken {
        if let Some(other) = sent.get(name) {
            assert_eq!(schema, other, "{name}");
        }
    }
}

#[test]
fn links_lead_to_operations_and_their_parameters() {
    let document = made(&ApiKnobs::default());
    let link = &document["paths"]["/v2/device/{deviceUid}/quickjob"]["put"]["responses"]["200"]["links"]
        ["get_1"];
    assert_eq!(link["parameters"]["jobUid"], "$response.body#/job/uid");
    // A link to an operation that is not in the table is left out.
    let sites = &document["paths"]["/v2/account/sites"]["get"]["responses"]["200"]["links"];
    assert_eq!(
        sites.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["getSite"]
    );
    for (from, to, parameter) in links::targets() {
        for target in operations().filter(|o| o.id == to) {
            let known = parameters::names(target.path).any(|n| n == parameter)
                || target.query.iter().any(|q| q.name == parameter);
            assert!(known, "{from} -> {to}: {parameter}");
        }
    }
}

#[test]
fn the_page_asks_for_nothing_but_this_service() {
    let page = reader();
    for outside in ["http://", "https://", "//cdn", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("/api/v3/api-docs") && page.contains("/auth/oauth/token"));
}
