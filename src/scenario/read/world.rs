//! The world: platform, account, sites, devices, components, services.

use super::comstore::Stocks;
use super::device::Devices;
use super::double::Doubles;
use super::knobs::KnobKeys;
use super::platform::WorldApiKeys;
use super::policy::respond::{self, Address};
use super::policy::{self, Policies};
use super::psa::PsaForm;
use super::service::Services;
use super::uav::UavKeys;
use super::variable::WorldVariables;
use crate::rmm::double::DoubleReply;
use crate::rmm::os::Os;
use crate::scenario::error::Problem;
use crate::scenario::form::cx::list;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Many, MapOf, OrNothing};
use crate::scenario::form::path::FilePath;
use crate::scenario::form::scalar::{Fixed, Flag, Literal, Name, Whole};
use crate::scenario::form::time::Moment;
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::Node;
use crate::scenario::world::{Account, ComponentRef, Proxy, Site, World};
use serde_json::Value as Json;
use std::borrow::Cow;

/// 2026-01-05T09:00:00Z, the platform's time at the start unless given.
pub(crate) const DEFAULT_CLOCK_MS: i64 = 1_767_603_600_000;

/// A platform region by its public name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Platform(&'static str);

impl Words for Platform {
    const WHAT: &'static str = "a platform";
    const ALL: &'static [(&'static str, Platform, &'static str)] = &[
        ("pinotage", Platform("pinotage"), "The default."),
        ("merlot", Platform("merlot"), ""),
        ("concord", Platform("concord"), ""),
        ("vidal", Platform("vidal"), ""),
        ("zinfandel", Platform("zinfandel"), ""),
        ("syrah", Platform("syrah"), ""),
    ];
}

impl From<Platform> for String {
    fn from(p: Platform) -> String {
        p.0.to_owned()
    }
}

keys! {
    /// The platform and its devices before the first step.
    WorldKeys ("world") => World {
        /// Platform the account lives on; `pinotage` unless given.
        "platform": Word<Platform> => platform,
        /// The account (the MSP).
        "account": Map<AccountKeys> => account,
        /// Sites by key. Without any, there is one named `default`.
        "sites": Sites => sites,
        /// Devices by key; a key is what steps call the device by, and its host name unless given.
        "devices": Devices => devices,
        /// Components by key: a folder or an exported `.cpt`, relative to this file.
        "components": Components => components,
        /// Monitoring policies by key: monitors that run by the platform's clock, on all devices that they target.
        "policies": Policies => policies,
        /// Components that the vendor hands in for the ComStore, by key: a path, or the paths of its releases, oldest first. No account has them until it downloads them.
        "comstore": Stocks => comstore,
        /// The vendor's own cloud, mocked: services by name.
        "services": Services => services,
        /// The PSA that the platform is connected to, where `ticket` responses make their tickets.
        "psa": PsaForm => psa,
        /// Programs that the scenario plays on every device, by command name or absolute path.
        "doubles": Doubles => doubles,
        /// Behaviours of the real Agent and of the REST API that public facts do not settle.
        "knobs": Map<KnobKeys> => knobs,
        /// Antivirus products that the Agent knows by their vendors' checks.
        "uav": Map<UavKeys> => uav,
        /// The platform's REST API: users, other accounts, faults.
        "api": OrNothing<Map<WorldApiKeys>> => api,
        /// Platform time at the start; 2026-01-05T09:00:00Z unless given.
        "clock": Moment => clock_ms,
    }
}

impl Keys for WorldKeys {
    type Draft = World;
    type Out = World;
    const NAME: &'static str = WorldKeys::TITLE;
    const DOC: &'static str = WorldKeys::ABOUT;
    const TABLES: &'static [&'static [Key<World>]] = &[WorldKeys::KEYS];

    fn finish(mut world: World, _: Span, cx: &mut Cx) -> Option<World> {
        complete(&mut world, cx);
        Some(world)
    }
}

/// Fills in what is given by default.
pub(crate) fn complete(world: &mut World, cx: &mut Cx) {
    if world.platform.is_empty() {
        world.platform = "pinotage".to_owned();
    }
    if world.account.name.is_empty() {
        world.account.name = "Account".to_owned();
    }
    // Zero is 1970, before the platform: nobody's scenario begins there.
    world.clock_given = world.clock_ms != 0;
    if !world.clock_given {
        world.clock_ms = DEFAULT_CLOCK_MS;
    }
    if world.sites.is_empty() {
        let key = Spanned {
            value: "default".to_owned(),
            span: Span::default(),
        };
        world.sites.push(Site {
            key,
            name: "default".to_owned(),
            ..Site::default()
        });
    }
    exit_codes(world, cx);
    policy::needs(world, cx);
    respond::needs(world, cx);
    let own = |key: &str| world.components.iter().find(|c| c.key.value == key);
    for stocked in &world.comstore {
        if let Some(own) = own(&stocked.key.value) {
            cx.say(
                Problem::new(
                    "scenario::duplicate",
                    format!("two components are called `{}`", own.key.value),
                )
                .at(stocked.key.span)
                .related("the account's own", own.key.span)
                .help("what the account has from the start is no component of the ComStore"),
            );
        }
    }
    let sites: Vec<_> = world.sites.iter().map(|s| s.key.value.clone()).collect();
    for device in &mut world.devices {
        match (&device.site, sites.as_slice()) {
            (None, [only]) => {
                device.site = Some(Spanned {
                    value: only.clone(),
                    span: device.key.span,
                });
            }
            (None, _) => cx.say(
                Problem::new(
                    "scenario::missing-key",
                    format!("device `{}` has no `site:`", device.key.value),
                )
                .at(device.key.span)
                .help(format!("there are several sites: {}", list(&sites))),
            ),
            _ => {}
        }
    }
}

/// Only Windows has exit codes of more than eight bits.
fn exit_codes(world: &World, cx: &mut Cx) {
    let others = world.devices.iter().filter(|d| d.os != Os::Windows);
    for device in others {
        for double in device.doubles.iter().chain(&world.doubles) {
            let wide = |r: &&DoubleReply| !(0..=255).contains(&r.exit);
            if let Some(reply) = double.replies.iter().find(wide) {
                cx.say(
                    Problem::new(
                        "scenario::double",
                        format!(
                            "no program of the {} device `{}` can exit with {}",
                            device.os, device.key.value, reply.exit
                        ),
                    )
                    .at(double.span)
                    .help("exit codes go from 0 to 255 except on Windows"),
                );
            }
        }
    }
}

keys! {
    /// The account (the MSP).
    AccountKeys ("account") => Account {
        /// Its name; `Account` unless given.
        "name": Fixed => name,
        /// Account variables: `NAME: value` or `NAME: { value, masked }`.
        "variables": WorldVariables => variables,
    }
}
plain!(AccountKeys => Account);

keys! {
    /// A site.
    SiteKeys ("site") => Site {
        /// Shown name; the key unless given.
        "name": Fixed => name,
        /// Its description.
        "description": Literal => description,
        /// Site variables: `NAME: value` or `NAME: { value, masked }`.
        "variables": WorldVariables => variables,
        /// Its notes.
        "notes": Literal => notes,
        /// Addresses that messages about alerts of its devices go to.
        "mail-recipients": Many<Address> => mail_recipients,
        /// `true`: its Agents are OnDemand.
        "on-demand": Flag => on_demand,
        /// Its proxy, told to scripts as `CS_PROFILE_PROXY_...`.
        "proxy": Map<ProxyKeys> => proxy,
    }
}
plain!(SiteKeys => Site);

keys! {
    /// Proxy of a site.
    ProxyKeys ("proxy") => Proxy {
        /// Host name or address.
        must "host": Fixed => host,
        /// Port.
        must "port": Whole<u16, 1, 65535> => port,
        /// User name.
        "username": Literal => username,
        /// Password.
        "password": Literal => password,
    }
}
plain!(ProxyKeys => Proxy);

struct Sites;

impl Form for Sites {
    type Out = Vec<Site>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a site's key to what it has, such as `osaka: { name: Osaka HQ }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<Site>> {
        let entries = MapOf::<Name, OrNothing<Map<SiteKeys>>>::read(node, cx)?;
        Some(
            entries
                .into_iter()
                .map(|(key, mut site)| {
                    if site.name.is_empty() {
                        site.name.clone_from(&key.value);
                    }
                    site.key = key;
                    site
                })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        MapOf::<Name, OrNothing<Map<SiteKeys>>>::schema(g)
    }
}

struct Components;

impl Form for Components {
    type Out = Vec<ComponentRef>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a component's key to its path, such as `deploy: ../deploy`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<ComponentRef>> {
        let entries = MapOf::<Name, FilePath>::read(node, cx)?;
        Some(
            entries
                .into_iter()
                .map(|(key, path)| ComponentRef { key, path })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        MapOf::<Name, FilePath>::schema(g)
    }
}
