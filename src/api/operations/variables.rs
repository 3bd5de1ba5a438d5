//! Account and site variables: the same rules for both.

use super::sites::{self, BAD, NO_SITE};
use crate::api::page::Page;
use crate::api::table::{MAX, Operation, PAGE, Success, schema};
use crate::api::types::request::{VariableCreationRequest, VariableUpdateRequest};
use crate::api::types::{Variable, VariablesPage};
use crate::api::{Answer, Call, Refusal};
use crate::platform::State;
use crate::platform::state;
use crate::rmm::api_knobs::ApiDuplicateVariable;
use crate::rmm::event::{Origin, What};
use hyper::http::Method;
use std::collections::BTreeMap;

const NO_VARIABLE: (u16, &str) = (404, "There is no variable of that number.");
const NO_SITE_OR_VARIABLE: (u16, &str) = (
    404,
    "The account has no such site, or the site no variable of that number.",
);
const TAKEN: (u16, &str) = (
    409,
    "A variable of that name is there already, where the knob says so.",
);

/// Operations of variables.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "createAccountVariable",
        method: Method::PUT,
        path: "/v2/account/variable",
        tag: "account",
        summary: "Makes an account variable.",
        query: &[],
        body: Some(schema::<VariableCreationRequest>),
        success: Success::EMPTY,
        refusals: &[BAD, TAKEN],
        bucket: Some("account-variable-create"),
        deprecated: false,
        public: false,
        handler: create,
    },
    Operation {
        id: "updateAccountVariable",
        method: Method::POST,
        path: "/v2/account/variable/{variableId}",
        tag: "account",
        summary: "Changes the name or the value of an account variable.",
        query: &[],
        body: Some(schema::<VariableUpdateRequest>),
        success: Success::EMPTY,
        refusals: &[BAD, NO_VARIABLE, TAKEN],
        bucket: Some("account-variable-update"),
        deprecated: false,
        public: false,
        handler: update,
    },
    Operation {
        id: "deleteAccountVariable",
        method: Method::DELETE,
        path: "/v2/account/variable/{variableId}",
        tag: "account",
        summary: "Deletes an account variable.",
        query: &[],
        body: None,
        success: Success::EMPTY,
        refusals: &[BAD, NO_VARIABLE],
        bucket: Some("account-variable-delete"),
        deprecated: false,
        public: false,
        handler: delete,
    },
    Operation {
        id: "getAccountVariables",
        method: Method::GET,
        path: "/v2/account/variables",
        tag: "account",
        summary: "The account's variables.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<VariablesPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: list,
    },
    Operation {
        id: "createSiteVariable",
        method: Method::PUT,
        path: "/v2/site/{siteUid}/variable",
        tag: "site",
        summary: "Makes a site variable.",
        query: &[],
        body: Some(schema::<VariableCreationRequest>),
        success: Success::EMPTY,
        refusals: &[BAD, NO_SITE, TAKEN],
        bucket: Some("site-variable-create"),
        deprecated: false,
        public: false,
        handler: create,
    },
    Operation {
        id: "updateSiteVariable",
        method: Method::POST,
        path: "/v2/site/{siteUid}/variable/{variableId}",
        tag: "site",
        summary: "Changes the name or the value of a site variable.",
        query: &[],
        body: Some(schema::<VariableUpdateRequest>),
        success: Success::EMPTY,
        refusals: &[BAD, NO_SITE_OR_VARIABLE, TAKEN],
        bucket: Some("site-variable-update"),
        deprecated: false,
        public: false,
        handler: update,
    },
    Operation {
        id: "deleteSiteVariable",
        method: Method::DELETE,
        path: "/v2/site/{siteUid}/variable/{variableId}",
        tag: "site",
        summary: "Deletes a site variable.",
        query: &[],
        body: None,
        success: Success::EMPTY,
        refusals: &[BAD, NO_SITE_OR_VARIABLE],
        bucket: Some("site-variable-delete"),
        deprecated: false,
        public: false,
        handler: delete,
    },
    Operation {
        id: "getSiteVariables",
        method: Method::GET,
        path: "/v2/site/{siteUid}/variables",
        tag: "site",
        summary: "A site's variables.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<VariablesPage<'_>>),
        refusals: &[NO_SITE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: list,
    },
];

/// The variables that a call is about.
struct Scope<'s> {
    /// Key of the site; none for the account.
    site: Option<&'s str>,
    variables: &'s BTreeMap<String, state::Variable>,
}

impl<'s> Scope<'s> {
    /// Those of the site in the path, or else of the account.
    fn of(call: &Call<'_>, state: &'s State) -> Result<Scope<'s>, Refusal> {
        if !call.operation.path.contains("{siteUid}") {
            return Ok(Scope {
                site: None,
                variables: &state.variables,
            });
        }
        let (key, site) = sites::wanted(call, state)?;
        Ok(Scope {
            site: Some(key),
            variables: &site.variables,
        })
    }

    /// As events name it.
    fn word(&self) -> String {
        match self.site {
            None => "account".to_owned(),
            Some(key) => format!("site:{key}"),
        }
    }

    fn place(&self) -> &'static str {
        match self.site {
            None => "account",
            Some(_) => "site",
        }
    }

    /// The variable of a number.
    fn wanted(&self, id: i64) -> Result<(&'s str, &'s state::Variable), Refusal> {
        self.variables
            .iter()
            .find(|(_, v)| v.id == id)
            .map(|(name, v)| (name.as_str(), v))
            .ok_or_else(|| Refusal::not_found(format!("the {} has no variable {id}", self.place())))
    }

    /// Refuses a name that is there already, with the status the knob says.
    fn free(&self, call: &Call<'_>, name: &str) -> Result<(), Refusal> {
        if !self.variables.contains_key(name) {
            return Ok(());
        }
        let status = match call.knobs().duplicate_variable {
            ApiDuplicateVariable::BadRequest => 400,
            ApiDuplicateVariable::Conflict => 409,
        };
        let place = self.place();
        Err(Refusal::new(
            status,
            format!(
                "the {place} has a variable {name} already: update that one, or choose another name"
            ),
        ))
    }
}

fn list(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let scope = Scope::of(call, state)?;
        // By number: one made while a client walks the pages comes last.
        let mut rows: Vec<_> = scope.variables.iter().collect();
        rows.sort_unstable_by_key(|(_, v)| v.id);
        let (page_details, rows) = Page::of_rows(call, rows)?;
        let masked = call.knobs().masked_values;
        call.ok(&VariablesPage {
            page_details,
            variables: rows
                .into_iter()
                .map(|(name, v)| Variable {
                    id: v.id,
                    name: name.as_str().into(),
                    value: Some(v.shown(masked).into()),
                    masked: v.masked,
                })
                .collect(),
        })
    })
}

fn create(call: &Call<'_>) -> Result<Answer, Refusal> {
    let body: VariableCreationRequest = call.body()?;
    if let (Some(true), Some(secret)) = (body.masked, &body.value) {
        call.hide(secret);
    }
    call.write(|state, _| {
        let scope = Scope::of(call, state)?;
        scope.free(call, &body.name)?;
        let event = What::VariableSet {
            scope: scope.word(),
            name: body.name.clone(),
            value: Some(body.value.clone().unwrap_or_default()),
            masked: body.masked.unwrap_or_default(),
            origin: Origin::Api,
        };
        Ok((vec![event], ()))
    })?;
    Ok(Answer::empty(200))
}

fn update(call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.number("variableId")?;
    let body: VariableUpdateRequest = call.body()?;
    call.write(|state, _| {
        let scope = Scope::of(call, state)?;
        let (old, variable) = scope.wanted(id)?;
        let name = body.name.as_deref().unwrap_or(old);
        let mut events = Vec::new();
        if name != old {
            scope.free(call, name)?;
            events.push(What::VariableRenamed {
                scope: scope.word(),
                name: old.to_owned(),
                to: name.to_owned(),
                origin: Origin::Api,
            });
        }
        if let Some(value) = &body.value {
            events.push(What::VariableSet {
                scope: scope.word(),
                name: name.to_owned(),
                value: Some(value.clone()),
                masked: variable.masked,
                origin: Origin::Api,
            });
        }
        Ok((events, ()))
    })?;
    Ok(Answer::empty(200))
}

fn delete(call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.number("variableId")?;
    call.write(|state, _| {
        let scope = Scope::of(call, state)?;
        let (name, variable) = scope.wanted(id)?;
        let event = What::VariableSet {
            scope: scope.word(),
            name: name.to_owned(),
            value: None,
            masked: variable.masked,
            origin: Origin::Api,
        };
        Ok((vec![event], ()))
    })?;
    Ok(Answer::empty(200))
}
