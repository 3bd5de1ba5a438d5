//! Sites and their settings.

use crate::api::page::Page;
use crate::api::table::{Kind, MAX, Operation, PAGE, Param, Success, schema};
use crate::api::types::request::{CreateSiteRequest, ProxySettingsRequest, SiteRequest};
use crate::api::types::{
    DevicesStatus, DnetSiteMappingsDto, GeneralSettings, MailRecipient, ProxySettings, Site,
    SiteSettings, SitesPage,
};
use crate::api::{Answer, Call, Refusal};
use crate::platform::State;
use crate::platform::filters::contains;
use crate::platform::state;
use crate::rmm::event::{Origin, What};
use crate::rmm::ids::guid;
use crate::rmm::portal::{self, SiteDetails};
use hyper::http::Method;
use std::collections::HashMap;

/// What 404 means where a site is in the path.
pub(super) const NO_SITE: (u16, &str) = (404, "The account has no such site.");

/// What 400 means where a body is taken.
pub(super) const BAD: (u16, &str) = (400, "The request breaks a rule; the answer tells which.");

/// Operations of sites.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "getSites",
        method: Method::GET,
        path: "/v2/account/sites",
        tag: "account",
        summary: "The account's sites.",
        query: &[
            PAGE,
            MAX,
            Param::new(
                "siteName",
                Kind::Text,
                "Only sites with this in their name, in any case.",
            ),
        ],
        body: None,
        success: Success::ok(schema::<SitesPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: list,
    },
    Operation {
        id: "create",
        method: Method::PUT,
        path: "/v2/site",
        tag: "site",
        summary: "Makes a site.",
        query: &[],
        body: Some(schema::<CreateSiteRequest>),
        success: Success::ok(schema::<Site<'_>>),
        refusals: &[BAD],
        bucket: Some("site-create"),
        deprecated: false,
        public: false,
        handler: create,
    },
    Operation {
        id: "getSite",
        method: Method::GET,
        path: "/v2/site/{siteUid}",
        tag: "site",
        summary: "A site, with its devices counted.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Site<'_>>),
        refusals: &[NO_SITE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: get,
    },
    Operation {
        id: "update",
        method: Method::POST,
        path: "/v2/site/{siteUid}",
        tag: "site",
        summary: "Changes a site. A field that is not sent is cleared.",
        query: &[],
        body: Some(schema::<SiteRequest>),
        success: Success::ok(schema::<Site<'_>>),
        refusals: &[BAD, NO_SITE],
        bucket: Some("site-update"),
        deprecated: false,
        public: false,
        handler: update,
    },
    Operation {
        id: "getSiteSettings",
        method: Method::GET,
        path: "/v2/site/{siteUid}/settings",
        tag: "site",
        summary: "A site's settings.",
        query: &[],
        body: None,
        success: Success::ok(schema::<SiteSettings<'_>>),
        refusals: &[NO_SITE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: settings,
    },
    Operation {
        id: "updateProxy",
        method: Method::POST,
        path: "/v2/site/{siteUid}/settings/proxy",
        tag: "site",
        summary: "Sets a site's proxy, in place of the one it had.",
        query: &[],
        body: Some(schema::<ProxySettingsRequest>),
        success: Success::ok(schema::<SiteSettings<'_>>),
        refusals: &[BAD, NO_SITE],
        bucket: Some("site-proxy-create"),
        deprecated: false,
        public: false,
        handler: set_proxy,
    },
    Operation {
        id: "deleteProxy",
        method: Method::DELETE,
        path: "/v2/site/{siteUid}/settings/proxy",
        tag: "site",
        summary: "Takes a site's proxy away.",
        query: &[],
        body: None,
        success: Success::EMPTY,
        refusals: &[(204, "The site has no proxy: nothing was done."), NO_SITE],
        bucket: Some("site-proxy-delete"),
        deprecated: false,
        public: false,
        handler: delete_proxy,
    },
];

/// Devices of one site, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) all: i64,
    pub(super) online: i64,
}

impl Counts {
    fn add(&mut self, device: &state::Device) {
        self.all += 1;
        self.online += i64::from(device.online);
    }
}

/// Devices of each site that has any, by its key, in one pass over them.
pub(super) fn counts(state: &State) -> HashMap<&str, Counts> {
    let mut by_site: HashMap<&str, Counts> = HashMap::with_capacity(state.sites.len());
    for device in state.devices.values() {
        by_site.entry(device.site.as_str()).or_default().add(device);
    }
    by_site
}

fn counts_of(state: &State, key: &str) -> Counts {
    let mut counts = Counts::default();
    state
        .devices
        .values()
        .filter(|d| d.site == key)
        .for_each(|d| counts.add(d));
    counts
}

/// The key and row of the site whose uid is in the path.
///
/// # Errors
/// 404 where the account has none of that uid.
pub(super) fn wanted<'s>(
    call: &Call<'_>,
    state: &'s State,
) -> Result<(&'s str, &'s state::Site), Refusal> {
    let uid = call.value("siteUid");
    state
        .sites
        .by_uid(uid)
        .ok_or_else(|| Refusal::not_found(format!("the account has no site with the uid {uid}")))
}

fn list(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let part = call.query.text("siteName").unwrap_or_default();
        let rows = state.sites.iter().filter(|(_, s)| contains(&s.name, part));
        let (page_details, rows) = Page::of_rows(call, rows)?;
        let counts = counts(state);
        let of = |key| counts.get(key).copied().unwrap_or_default();
        call.ok(&SitesPage {
            page_details,
            sites: rows
                .into_iter()
                .map(|(key, row)| site(call, state, row, of(key)))
                .collect(),
        })
    })
}

fn get(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let (key, row) = wanted(call, state)?;
        call.ok(&site(call, state, row, counts_of(state, key)))
    })
}

fn create(call: &Call<'_>) -> Result<Answer, Refusal> {
    let body: CreateSiteRequest = call.body()?;
    let key = call.write(|state, _| {
        let uid = free_uid(call, state);
        let mut events = vec![
            What::SiteCreated {
                site: uid.clone(),
                uid: uid.clone(),
                name: body.name.clone(),
            },
            What::SiteSet {
                site: uid.clone(),
                details: SiteDetails {
                    name: body.name.clone(),
                    description: body.description.clone(),
                    notes: body.notes.clone(),
                    on_demand: body.on_demand.unwrap_or_default(),
                    splashtop_auto_install: body.splashtop_auto_install.unwrap_or_default(),
                    ..SiteDetails::default()
                },
                origin: Origin::Api,
            },
        ];
        if let Some(proxy) = &body.proxy_settings {
            events.push(proxy_set(&uid, Some(proxy)));
        }
        Ok((events, uid))
    })?;
    call.read(|state, _| answer_with(call, state, &key))
}

/// A uid that no site has, the same for the same seed and sites.
fn free_uid(call: &Call<'_>, state: &State) -> String {
    let account = call.account();
    let mut n = state.sites.len();
    loop {
        let uid = guid(call.api.settings.seed, &format!("api-site/{account}/{n}"));
        if state.sites.by_uid(&uid).is_none() && !state.sites.contains_key(&uid) {
            return uid;
        }
        n += 1;
    }
}

fn update(call: &Call<'_>) -> Result<Answer, Refusal> {
    let body: SiteRequest = call.body()?;
    let key = call.write(|state, _| {
        let (key, row) = wanted(call, state)?;
        // What the request cannot say stays as it is.
        let details = SiteDetails {
            name: body.name.clone(),
            description: body.description.clone(),
            notes: body.notes.clone(),
            on_demand: body.on_demand.unwrap_or_default(),
            splashtop_auto_install: body.splashtop_auto_install.unwrap_or_default(),
            ..row.details.clone()
        };
        let event = What::SiteSet {
            site: key.to_owned(),
            details,
            origin: Origin::Api,
        };
        Ok((vec![event], key.to_owned()))
    })?;
    call.read(|state, _| answer_with(call, state, &key))
}

fn answer_with(call: &Call<'_>, state: &State, key: &str) -> Result<Answer, Refusal> {
    let row = state
        .sites
        .get(key)
        .ok_or_else(|| Refusal::not_found("the site is gone"))?;
    call.ok(&site(call, state, row, counts_of(state, key)))
}

fn settings(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let (_, row) = wanted(call, state)?;
        call.ok(&settings_of(row))
    })
}

fn set_proxy(call: &Call<'_>) -> Result<Answer, Refusal> {
    let body: ProxySettingsRequest = call.body()?;
    call.write(|state, _| {
        let (key, _) = wanted(call, state)?;
        Ok((vec![proxy_set(key, Some(&body))], ()))
    })?;
    settings(call)
}

fn delete_proxy(call: &Call<'_>) -> Result<Answer, Refusal> {
    let there = call.write(|state, _| {
        let (key, row) = wanted(call, state)?;
        let there = row.proxy.is_some();
        let events = there.then(|| proxy_set(key, None));
        Ok((events.into_iter().collect(), there))
    })?;
    Ok(Answer::empty(if there { 200 } else { 204 }))
}

fn proxy_set(site: &str, proxy: Option<&ProxySettingsRequest>) -> What {
    What::SiteProxySet {
        site: site.to_owned(),
        proxy: proxy.map(|p| portal::ProxySettings {
            host: p.host.clone(),
            port: p.port,
            kind: p.r#type.map(Into::into),
            username: p.username.clone(),
            password: p.password.clone(),
        }),
        origin: Origin::Api,
    }
}

fn site<'a>(call: &Call<'_>, state: &'a State, row: &'a state::Site, counts: Counts) -> Site<'a> {
    let d = &row.details;
    Site {
        id: row.id,
        uid: row.uid.as_str().into(),
        account_uid: state.account.uid.as_str().into(),
        name: row.name.as_str().into(),
        description: d.description.as_deref().map(Into::into),
        notes: d.notes.as_deref().map(Into::into),
        on_demand: d.on_demand,
        splashtop_auto_install: d.splashtop_auto_install,
        proxy_settings: row.proxy.as_ref().map(proxy),
        devices_status: DevicesStatus {
            number_of_devices: counts.all,
            number_of_online_devices: counts.online,
            number_of_offline_devices: counts.all - counts.online,
        },
        autotask_company_name: d.autotask_company_name.as_deref().map(Into::into),
        autotask_company_id: d.autotask_company_id.as_deref().map(Into::into),
        portal_url: Some(portal_url(call, row).into()),
    }
}

/// Address of a site in the portal. Seen live up to `/csm/search/`; what follows is an inference.
fn portal_url(call: &Call<'_>, row: &state::Site) -> String {
    let platform = &call.api.settings.platform;
    format!(
        "https://{platform}.centrastage.net/csm/search/?qs=uid%3A{}",
        row.uid
    )
}

fn proxy(p: &portal::ProxySettings) -> ProxySettings<'_> {
    ProxySettings {
        host: p.host.as_deref().map(Into::into),
        port: p.port.map(i32::from),
        r#type: p.kind.map(Into::into),
        username: p.username.as_deref().map(Into::into),
        password: p.password.as_deref().map(Into::into),
    }
}

fn settings_of(row: &state::Site) -> SiteSettings<'_> {
    SiteSettings {
        general_settings: GeneralSettings {
            name: row.name.as_str().into(),
            uid: row.uid.as_str().into(),
            description: row.details.description.as_deref().map(Into::into),
            on_demand: row.details.on_demand,
        },
        proxy_settings: row.proxy.as_ref().map(proxy),
        mail_recipients: row.details.mail_recipients.iter().map(recipient).collect(),
    }
}

/// A site with the Datto Networking networks mapped to it.
pub(super) fn networks<'a>(
    call: &Call<'_>,
    state: &'a State,
    row: &'a state::Site,
) -> DnetSiteMappingsDto<'a> {
    DnetSiteMappingsDto {
        id: row.id,
        uid: row.uid.as_str().into(),
        account_uid: state.account.uid.as_str().into(),
        name: row.name.as_str().into(),
        description: row.details.description.as_deref().map(Into::into),
        datto_networking_network_ids: row.details.dnet_network_ids.clone(),
        portal_url: Some(portal_url(call, row).into()),
    }
}

fn recipient(r: &portal::MailRecipient) -> MailRecipient<'_> {
    MailRecipient {
        name: Some(r.name.as_str().into()),
        email: Some(r.email.as_str().into()),
        r#type: Some(r.kind.as_str().into()),
        receives_reports: r.receives_reports,
        receives_new_devices: r.receives_new_devices,
        receives_alerts: r.receives_alerts,
    }
}
