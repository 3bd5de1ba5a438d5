//! `world.api:` - the REST API of the scenario's platform; and what the platform lists of devices.

use super::variable::WorldVariables;
use crate::rmm::portal::AntivirusStatus;
use crate::scenario::api::{ApiUser, Listed, Neighbour, OWN_USER, WorldApi};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{MapOf, OrNothing};
use crate::scenario::form::pattern::Date;
use crate::scenario::form::scalar::{AnyName, At, Fixed, Flag, Literal, Name, Whole, text_of};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::{Node, Resolved};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::net::{Ipv4Addr, SocketAddr};

/// Most devices of a made-up fleet in a scenario.
const MOST_DEVICES: i64 = 100_000;

/// `on` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Switch(bool);

impl Words for Switch {
    const WHAT: &'static str = "a switch";
    const ALL: &'static [(&'static str, Switch, &'static str)] = &[
        ("on", Switch(true), "It holds."),
        ("off", Switch(false), "It does not hold."),
    ];
}

/// An address of this machine's loopback, `true` for a free port of it, or `false`.
struct Listen;

impl Form for Listen {
    type Out = Option<Spanned<SocketAddr>>;
    fn expected() -> Cow<'static, str> {
        "`127.0.0.1:PORT` (only this machine's own loopback), `true` for a free port, or `false`"
            .into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let at = |value| {
            Some(Some(Spanned {
                value,
                span: node.span,
            }))
        };
        match node.scalar().map(|s| s.resolve()) {
            Some(Resolved::Bool(true)) => return at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
            Some(Resolved::Bool(false)) => return Some(None),
            _ => {}
        }
        let given = node.text().and_then(|t| t.parse::<SocketAddr>().ok());
        match given.filter(|a| a.ip().is_loopback()) {
            Some(address) => at(address),
            None => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": ["string", "boolean"], "examples": ["127.0.0.1:8080", true] })
    }
}

/// The REST API as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    listen: Option<Spanned<SocketAddr>>,
    rate_limits: Option<Switch>,
    fleet: u32,
    users: Vec<(Spanned<String>, ApiUser)>,
    accounts: Vec<(Spanned<String>, Neighbour)>,
    faults: Vec<(Spanned<String>, Spanned<String>)>,
}

keys! {
    /// The REST API of the platform. It is there in every scenario that has an `api:` step, an
    /// expectation on `platform` or this key; devices then reach it at its real name.
    WorldApiKeys ("world-api") => Draft {
        /// Where clients outside of the devices reach it while the scenario runs: `127.0.0.1:PORT`, or `true` for a free port; nowhere unless given. `${platform.url}` is then that address.
        "listen": Listen => listen,
        /// Whether the platform's limits on calls hold; `on` unless given. The clock stands still between steps, so that calls leave the window of 60 seconds by `advance` alone.
        "rate-limits": Word<Switch> => rate_limits,
        /// How many devices of a made-up fleet the account has besides the world's own; only the platform knows them.
        "fleet": Whole<u32, 0, MOST_DEVICES> => fleet,
        /// Users by key, each with an API key of its own, besides the user `admin` that every account has.
        "users": MapOf<Name, OrNothing<Map<UserKeys>>> => users,
        /// Other accounts on the same platform, by key; the key also names the account's API user.
        "accounts": MapOf<Name, OrNothing<Map<NeighbourKeys>>> => accounts,
        /// Faults of operations from the start, by the platform's name of the operation or `all`: a status such as `504`, `delay:2s`, `cut`, `subset:50%`, then `x3` or `1/4` for some calls only.
        "faults": MapOf<AnyName, At<Fixed>> => faults,
    }
}

impl Keys for WorldApiKeys {
    type Draft = Draft;
    type Out = WorldApi;
    const NAME: &'static str = WorldApiKeys::TITLE;
    const DOC: &'static str = WorldApiKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[WorldApiKeys::KEYS];

    fn finish(d: Draft, _: Span, cx: &mut Cx) -> Option<WorldApi> {
        let keys = d.users.iter().map(|(key, _)| key);
        let mut taken: Vec<&str> = vec![OWN_USER];
        for key in keys.chain(d.accounts.iter().map(|(key, _)| key)) {
            if taken.contains(&key.value.as_str()) {
                return cx.fail(
                    Problem::new(
                        "scenario::duplicate",
                        format!("two users are called `{}`", key.value),
                    )
                    .at(key.span)
                    .help("`admin` is every account's own user, and an account's key names its user too"),
                );
            }
            taken.push(&key.value);
        }
        let users = d.users.into_iter();
        let accounts = d.accounts.into_iter();
        Some(WorldApi {
            given: true,
            listen: d.listen,
            unlimited: d.rate_limits == Some(Switch(false)),
            fleet: d.fleet,
            users: users.map(|(key, u)| ApiUser { key, ..u }).collect(),
            accounts: accounts.map(|(key, n)| Neighbour { key, ..n }).collect(),
            faults: d.faults,
        })
    }
}

keys! {
    /// A user of the account, with an API key of its own: `${user.KEY.key}` and `${user.KEY.secret}`.
    UserKeys ("api-user") => ApiUser {
        /// First name; the key unless given.
        "first-name": Fixed => first_name,
        /// Last name.
        "last-name": Literal => last_name,
        /// Address of mail; made from the key unless given.
        "email": Fixed => email,
        /// `true`: may not log in.
        "disabled": Flag => disabled,
    }
}
plain!(UserKeys => ApiUser);

keys! {
    /// Another account on the same platform, strictly apart from the scenario's own.
    NeighbourKeys ("neighbour") => Neighbour {
        /// Its name; the key unless given.
        "name": Fixed => name,
        /// How many devices of a made-up fleet it has.
        "fleet": Whole<u32, 0, MOST_DEVICES> => fleet,
        /// Its account variables: `NAME: value` or `NAME: { value, masked }`.
        "variables": WorldVariables => variables,
    }
}
plain!(NeighbourKeys => Neighbour);

/// An antivirus product as it is read.
#[derive(Debug, Default)]
pub(crate) struct AntivirusDraft {
    product: String,
    status: Option<AntivirusStatus>,
}

keys! {
    /// The antivirus product that the platform lists.
    AntivirusKeys ("listed-antivirus") => AntivirusDraft {
        /// Its name.
        must "product": Fixed => product,
        /// What it does; `running-and-up-to-date` unless given.
        "status": Word<AntivirusStatus> => status,
    }
}

impl Keys for AntivirusKeys {
    type Draft = AntivirusDraft;
    type Out = (String, AntivirusStatus);
    const NAME: &'static str = AntivirusKeys::TITLE;
    const DOC: &'static str = AntivirusKeys::ABOUT;
    const TABLES: &'static [&'static [Key<AntivirusDraft>]] = &[AntivirusKeys::KEYS];

    fn finish(d: AntivirusDraft, _: Span, _: &mut Cx) -> Option<Self::Out> {
        let status = d.status.unwrap_or(AntivirusStatus::RunningAndUpToDate);
        Some((d.product, status))
    }
}

keys! {
    /// What the REST API lists of a device besides what the device itself tells (host name, address
    /// of its card, operating system, serial number).
    ListedKeys ("listed") => Listed {
        /// Category, such as `Server`; none unless given.
        "category": Fixed => category,
        /// The user who logged in last.
        "last-user": Fixed => last_user,
        /// Its address on the internet.
        "external-address": Fixed => external_address,
        /// The antivirus product that the platform found, whatever is on the device.
        "antivirus": Map<AntivirusKeys> => antivirus,
        /// Programs of the software audit: name and version.
        "software": MapOf<AnyName, Literal> => software,
        /// The day its warranty ends: `2027-12-31`.
        "warranty": Date => warranty,
    }
}
plain!(ListedKeys => Listed);

/// The text of a fault, or `none`.
pub(crate) struct FaultText;

impl Form for FaultText {
    type Out = Option<Spanned<String>>;
    fn expected() -> Cow<'static, str> {
        "a fault such as `504` or `delay:2s`, or `none`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = text_of(node, cx, &Self::expected())?;
        if text == "none" {
            return Some(None);
        }
        At::<Fixed>::read(node, cx).map(Some)
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": ["string", "number"], "examples": [504, "delay:2s", "none"] })
    }
}
