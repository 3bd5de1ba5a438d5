//! Where the API tells what it is: the OpenAPI document and a page to read it in.

use super::{Answer, Api, Refusal, Request, openapi, router, table};
use hyper::http::Method;

/// Answers a request for one of them; none where it is for something else.
pub(super) fn answer(api: &Api, request: &Request) -> Option<Result<Answer, Refusal>> {
    let answer = match request.path.as_str() {
        "/api/v3/api-docs" | "/api/v3/api-docs/Datto-RMM" => document,
        "/api/swagger-ui/index.html" => reader,
        _ => return None,
    };
    Some(match request.method {
        Method::GET | Method::HEAD => Ok(answer(api, request)),
        Method::OPTIONS => Ok(router::options(&[&Method::GET])),
        ref other => Err(router::not_allowed(other, &[&Method::GET])),
    })
}

fn document(api: &Api, request: &Request) -> Answer {
    let base = api.base(request);
    Answer::json(
        200,
        &openapi::document(table::operations(), &base, &api.settings.knobs),
    )
}

fn reader(_: &Api, _: &Request) -> Answer {
    Answer::of(200, "text/html;charset=UTF-8", openapi::reader())
}
