//! The user whose token it is.

use crate::api::table::{Operation, Success, schema};
use crate::api::types::AuthUserKey;
use crate::api::{Answer, Call, Refusal};
use crate::rmm::api_knobs::ApiResetAnswer;
use crate::rmm::event::What;
use hyper::http::Method;

/// Operations of the user.
pub const OPERATIONS: &[Operation] = &[Operation {
    id: "resetApiKeys",
    method: Method::POST,
    path: "/v2/user/resetApiKeys",
    tag: "user",
    summary: "Makes the user's API keys anew; those before end at once.",
    query: &[],
    body: None,
    success: Success::ok(schema::<AuthUserKey<'_>>),
    refusals: &[],
    bucket: Some("user-reset-keys"),
    deprecated: false,
    public: false,
    handler: reset,
}];

fn reset(call: &Call<'_>) -> Result<Answer, Refusal> {
    let (account, user) = (call.account(), call.user());
    let (keys, name) = call.write(|state, _| {
        let row = state
            .users
            .get(user)
            .ok_or_else(|| Refusal::not_found("User was not found."))?;
        // The keys in use tell one reset from the next.
        let name = format!("reset {account} {user} {}", row.keys.key);
        let keys = call.api.settings.tokens.keys(&name)?;
        let event = What::ApiKeysReset {
            user: user.to_owned(),
            keys: keys.clone(),
        };
        Ok((vec![event], (keys, row.details.username.clone())))
    })?;
    let shown = call.knobs().reset_answer == ApiResetAnswer::Keys;
    call.ok(&AuthUserKey {
        api_access_key: shown.then(|| keys.key.as_str().into()),
        api_secret_key: shown.then(|| keys.secret.as_str().into()),
        user_name: name.into(),
    })
}
