//! The REST API in scenarios: requests of `api:` steps, what is expected of their answers, and what
//! is expected of the calls of others.

use super::expect::RequestExpect;
use super::matcher::{JsonMatcher, NumberMatcher, TextMatcher};
use super::span::{Span, Spanned};
use crate::rmm::portal::AntivirusStatus;
use serde_json::Value as Json;
use std::net::SocketAddr;

/// Key of the user that every account has.
pub const OWN_USER: &str = "admin";

/// `api: GET /v2/account` - one request to the platform's REST API.
#[derive(Debug, Clone)]
pub struct ApiCall {
    /// The place of method and path.
    pub span: Span,
    /// Upper case.
    pub method: String,
    /// Path with its query; `/v2/...` is below the platform's `/api`.
    pub path: String,
    /// `as:` - key of the user who calls, of this account or of another one; the world's own
    /// API user unless given.
    pub caller: Option<Spanned<String>>,
    pub auth: Auth,
    pub headers: Vec<(Spanned<String>, String)>,
    pub body: Option<ApiBody>,
    /// `await:` - the step ends when the Agent has done the jobs that the request queued.
    pub wait: bool,
}

/// How a request says who calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Auth {
    /// A bearer token of the caller's, got from the token endpoint when there is none that is good.
    #[default]
    Token,
    /// `none`: nothing is sent.
    Nothing,
    /// `bearer TOKEN`, `basic NAME:PASSWORD`, or the header's value as it is.
    Text(String),
}

/// Body of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiBody {
    /// Sent as JSON, its texts filled in.
    Json(Json),
    /// Sent as it is.
    Text(String),
    /// Sent as a form.
    Form(Vec<(Spanned<String>, String)>),
}

/// What an answer must be. Without `status`, any from 200 to 299.
#[derive(Debug, Clone, Default)]
pub struct AnswerExpect {
    pub span: Span,
    pub status: Option<NumberMatcher>,
    pub headers: Vec<(Spanned<String>, TextMatcher)>,
    pub body: Option<TextMatcher>,
    /// `empty: true`: not one byte of body.
    pub empty: Option<Spanned<bool>>,
    /// By JSON path.
    pub json: Vec<(Spanned<String>, JsonMatcher)>,
}

/// `platform:` of an expectation - what clients on devices called.
#[derive(Debug, Clone, Default)]
pub struct PlatformExpect {
    pub span: Span,
    pub calls: Option<NumberMatcher>,
    pub requests: Vec<CallExpect>,
    /// Globs of operations; a call of anything else fails.
    pub only: Option<Vec<Spanned<String>>>,
}

/// A call of the REST API; everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct CallExpect {
    pub request: RequestExpect,
    /// The platform's name of the operation.
    pub operation: Option<TextMatcher>,
    /// Username of the caller.
    pub user: Option<TextMatcher>,
    /// How many calls meet it; at least one unless given.
    pub times: Option<NumberMatcher>,
}

/// `world.api:` - the REST API of the scenario's platform.
#[derive(Debug, Clone, Default)]
pub struct WorldApi {
    /// `world.api` is there.
    pub given: bool,
    /// `listen:` - the address of this machine's loopback where clients outside of the devices reach
    /// it; port 0 is a free one.
    pub listen: Option<Spanned<SocketAddr>>,
    /// `rate-limits: off`.
    pub unlimited: bool,
    /// Devices of a made-up fleet beside the world's own.
    pub fleet: u32,
    /// Users by key, besides the world's own API user.
    pub users: Vec<ApiUser>,
    /// Other accounts on the same platform.
    pub accounts: Vec<Neighbour>,
    /// Faults by operation.
    pub faults: Vec<(Spanned<String>, Spanned<String>)>,
}

/// A user of an account.
#[derive(Debug, Clone, Default)]
pub struct ApiUser {
    pub key: Spanned<String>,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub disabled: bool,
}

/// Another account on the platform. It shares nothing with the scenario's own.
#[derive(Debug, Clone, Default)]
pub struct Neighbour {
    /// Also the key of its API user.
    pub key: Spanned<String>,
    pub name: String,
    pub fleet: u32,
    pub variables: Vec<super::world::WorldVariable>,
}

/// What the platform lists of a device besides what the device itself tells.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    pub category: Option<String>,
    pub last_user: Option<String>,
    pub external_address: Option<String>,
    /// Product and the platform's word for its status.
    pub antivirus: Option<(String, AntivirusStatus)>,
    /// Name and version of each program of the software audit.
    pub software: Vec<(Spanned<String>, String)>,
    /// `yyyy-mm-dd`.
    pub warranty: Option<String>,
}
