//! What is expected of answers of the REST API, and of the calls of others.

use super::calls::Draft as RequestDraft;
use super::http::{HeaderName, Method};
use super::json::JsonMatch;
use super::matcher::{Count, Matcher, Number, says_nothing};
use crate::scenario::api::{AnswerExpect, CallExpect, PlatformExpect};
use crate::scenario::expect::Expect;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, Many, MapOf};
use crate::scenario::form::pattern::{Glob, JsonPathName};
use crate::scenario::form::reference::Scope;
use crate::scenario::form::scalar::{AnyName, At, Flag};
use crate::scenario::form::{Cx, Key, Keys, Map};
use crate::scenario::matcher::{NumberMatcher, TextMatcher};
use crate::scenario::span::{Span, Spanned};

type Named<T> = Vec<(Spanned<String>, T)>;

/// Expectations on an answer as they are read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    answer: AnswerExpect,
    platform: Option<PlatformExpect>,
    variables: Named<Named<TextMatcher>>,
}

keys! {
    /// What an `api:` step's answer must be, and what must be true after it. Without `status`, any
    /// status from 200 to 299 is expected.
    AnswerKeys ("answer-expectation") => Draft {
        /// The status.
        "status": Number => answer.status,
        /// Values in the JSON of the body, by JSON path (RFC 9535).
        "json": Filled<MapOf<JsonPathName, JsonMatch>> => answer.json,
        /// Headers by name.
        "headers": Filled<MapOf<HeaderName, Matcher>> => answer.headers,
        /// The body as text.
        "body": Matcher => answer.body,
        /// `true`: not one byte of body; `false`: at least one.
        "empty": At<Flag> => answer.empty,
        /// Calls of the REST API by clients, since the step began.
        "platform": Map<PlatformCallKeys> => platform,
        /// Variables on the platform: `account` or a site's key, then names.
        "variables": Filled<MapOf<Scope, Filled<MapOf<AnyName, Matcher>>>> => variables,
    }
}

impl Keys for AnswerKeys {
    type Draft = Draft;
    type Out = Expect;
    const NAME: &'static str = AnswerKeys::TITLE;
    const DOC: &'static str = AnswerKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[AnswerKeys::KEYS];

    fn finish(mut d: Draft, span: Span, _: &mut Cx) -> Option<Expect> {
        d.answer.span = span;
        let variables = d.variables.into_iter();
        Some(Expect {
            span,
            answer: Some(Box::new(d.answer)),
            platform: d.platform.map(Box::new),
            variables: variables
                .flat_map(|(scope, names)| {
                    let one = move |(name, value)| (scope.clone(), name, value);
                    names.into_iter().map(one)
                })
                .collect(),
            ..Expect::default()
        })
    }
}

keys! {
    /// Calls of the REST API by programs on devices; those of the
    /// scenario's own `api:` steps do not count. Of a step: since it began. Of a `check`: since the
    /// scenario began.
    PlatformCallKeys ("platform-calls") => PlatformExpect {
        /// How many calls there were.
        "calls": Count => calls,
        /// Each of these is met by at least one call, or by as many as `times` says.
        "requests": Many<Map<CallKeys>> => requests,
        /// Operations (globs) that were called and no others; a path that is no operation's is told as `GET /path`.
        "only": Many<Glob> => only,
    }
}
plain!(PlatformCallKeys => PlatformExpect, |mut p: PlatformExpect, span, cx: &mut Cx| {
    if p.calls.is_none() && p.requests.is_empty() && p.only.is_none() {
        return says_nothing(cx, span);
    }
    p.span = span;
    Some(p)
});

/// A call as it is read.
#[derive(Debug, Default)]
pub(crate) struct CallDraft {
    request: RequestDraft,
    operation: Option<TextMatcher>,
    user: Option<TextMatcher>,
    times: Option<NumberMatcher>,
}

keys! {
    /// A call of the REST API; everything given must hold.
    CallKeys ("api-call-expectation") => CallDraft {
        /// The platform's name of the operation, such as `createQuickJob`.
        "operation": Matcher => operation,
        /// A `GET` of this path (with query), from `/api` on.
        "get": Matcher => request.get,
        /// A `POST` to this path.
        "post": Matcher => request.post,
        /// A `PUT` to this path.
        "put": Matcher => request.put,
        /// A `DELETE` of this path.
        "delete": Matcher => request.delete,
        /// Any other method, or the method of `path`.
        "method": Method => request.method,
        /// The path with its query.
        "path": Matcher => request.path,
        /// The body as text.
        "body": Matcher => request.body,
        /// Values in a JSON body, by JSON path.
        "json": MapOf<JsonPathName, Matcher> => request.json,
        /// The status that was answered; 0 where the connection was cut.
        "status": Number => request.status,
        /// Username of the caller; empty without a good token.
        "user": Matcher => user,
        /// How many calls meet it; at least one unless given.
        "times": Count => times,
    }
}

impl Keys for CallKeys {
    type Draft = CallDraft;
    type Out = CallExpect;
    const NAME: &'static str = CallKeys::TITLE;
    const DOC: &'static str = CallKeys::ABOUT;
    const TABLES: &'static [&'static [Key<CallDraft>]] = &[CallKeys::KEYS];

    fn finish(d: CallDraft, span: Span, cx: &mut Cx) -> Option<CallExpect> {
        let (request, nothing) = d.request.finish(span, cx)?;
        if nothing && d.operation.is_none() && d.user.is_none() {
            return says_nothing(cx, span);
        }
        Some(CallExpect {
            request,
            operation: d.operation,
            user: d.user,
            times: d.times,
        })
    }
}
