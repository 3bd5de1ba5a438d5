//! `api:` and `platform:` steps.

use super::build::step;
use super::{Draft, step_kind};
use crate::scenario::api::{ApiBody, ApiCall, Auth};
use crate::scenario::error::Problem;
use crate::scenario::expect::Expect;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::{Filled, MapOf};
use crate::scenario::form::reference::{Ref, User};
use crate::scenario::form::scalar::{AnyName, At, Fixed, Flag, Text, text_of};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::read::answer::AnswerKeys;
use crate::scenario::read::expect::Judged;
use crate::scenario::read::http::HeaderName;
use crate::scenario::read::json::JsonText;
use crate::scenario::read::platform::FaultText;
use crate::scenario::span::Spanned;
use crate::scenario::step::{Action, Step};
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// What only an `api:` step has.
#[derive(Debug, Default)]
pub(crate) struct ApiDraft {
    request: Option<Spanned<(String, String)>>,
    caller: Option<Spanned<String>>,
    auth: Option<Spanned<String>>,
    headers: Vec<(Spanned<String>, String)>,
    json: Option<Json>,
    text: Option<String>,
    form: Vec<(Spanned<String>, String)>,
    wait: Option<bool>,
    fault: Option<Option<Spanned<String>>>,
}

keys! {
    /// A request to the platform's REST API.
    ApiKeys ("api-step") => Draft {
        /// Method and path, with its query: `GET /v2/account/devices?max=5`. `/v2/...` is below the platform's `/api`; `/auth/oauth/token` and others below `/auth/` are not.
        must "api": At<Request> => api.request,
        /// Who calls: the key of a user, or of another account; the account's own API user unless given.
        "as": Ref<User> => api.caller,
        /// `none`, `bearer TOKEN`, `basic NAME:PASSWORD`, or the whole value of the header `Authorization`; a token of the caller's unless given.
        "auth": At<Text> => api.auth,
        /// Headers by name.
        "headers": MapOf<HeaderName, Text> => api.headers,
        /// The body, sent as JSON; its texts are filled in.
        "body": JsonText => api.json,
        /// The body as text, sent as it is.
        "text": Text => api.text,
        /// The body as a form, as the token endpoint takes it.
        "form": Filled<MapOf<AnyName, Text>> => api.form,
        /// `false`: the step does not wait for the jobs that the request queued; it does unless given.
        "await": Flag => api.wait,
        /// What the answer must be, and what must be true after it.
        "expect": Filled<Map<AnswerKeys>> => expect,
    }
}
step_kind!(ApiKeys);

keys! {
    /// An operation of the REST API begins to fail, or recovers.
    PlatformKeys ("platform-step") => Draft {
        /// The platform's name of the operation, such as `getByUid`, or `all`.
        must "platform": At<Fixed> => what,
        /// The fault from here on, as in `world.api.faults`; `none` for none.
        must "fault": FaultText => api.fault,
    }
}
step_kind!(PlatformKeys);

/// Method and path.
pub(super) struct Request;

impl Form for Request {
    type Out = (String, String);
    fn expected() -> Cow<'static, str> {
        "a method and a path, such as `GET /v2/account`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = text_of(node, cx, &Self::expected())?;
        if !cx.check_fill(text, node.span) {
            return None;
        }
        let (method, path) = text.split_once(' ').unwrap_or((text, ""));
        let (method, path) = (method.trim().to_ascii_uppercase(), path.trim());
        let good = !method.is_empty()
            && method.bytes().all(|b| b.is_ascii_uppercase())
            && (path.starts_with('/') || path.starts_with("${"));
        if !good {
            return cx.wrong(node, &Self::expected());
        }
        if path.contains([' ', '#']) && !path.contains("${") {
            return cx.fail(
                Problem::new("scenario::path", format!("{} is not a path", node.shown()))
                    .at(node.span)
                    .help("write a blank as `%20`; a path has no fragment"),
            );
        }
        Some((method, path.to_owned()))
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z]+ +(/|\\$\\{)", "examples": ["GET /v2/account"] })
    }
}

pub(super) fn api(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<ApiKeys>::read(node, cx)?;
    let own = std::mem::take(&mut d.api);
    let request = own.request?;
    let (method, path) = request.value;
    let form = (!own.form.is_empty()).then_some(ApiBody::Form(own.form));
    let mut bodies = [
        own.json.map(ApiBody::Json),
        own.text.map(ApiBody::Text),
        form,
    ]
    .into_iter()
    .flatten();
    let body = bodies.next();
    if bodies.next().is_some() {
        return cx.fail(
            Problem::new("scenario::body", "the body is given twice")
                .at(node.span)
                .help("give one of `body` (JSON), `text` and `form`"),
        );
    }
    let auth = match own.auth {
        None => Auth::Token,
        Some(a) if a.value == "none" => Auth::Nothing,
        Some(a) => Auth::Text(a.value),
    };
    if auth != Auth::Token
        && let Some(caller) = &own.caller
    {
        return cx.fail(
            Problem::new("scenario::auth", "both `as` and `auth` say who calls")
                .at(caller.span)
                .help("`as` is who a token is got for; with `auth` there is none to get"),
        );
    }
    if d.expect.answer.is_none() {
        d.expect = Expect {
            span: node.span,
            answer: Some(Box::default()),
            ..Expect::default()
        };
    }
    let title = format!("api {method} {path}");
    let call = ApiCall {
        span: request.span,
        method,
        path,
        caller: own.caller,
        auth,
        headers: own.headers,
        body,
        wait: own.wait.unwrap_or(true),
    };
    let action = Action::Api(Box::new(call));
    step(d, action, title, Judged::Nothing, node.span, cx)
}

pub(super) fn platform(node: &Node, cx: &mut Cx) -> Option<Step> {
    let mut d = Map::<PlatformKeys>::read(node, cx)?;
    let operation = d.what.take()?;
    let fault = d.api.fault.take()?;
    let what = fault.as_ref().map_or("no fault", |f| f.value.as_str());
    let title = format!("platform {}: {what}", operation.value);
    let action = Action::Platform { operation, fault };
    step(d, action, title, Judged::Nothing, node.span, cx)
}
