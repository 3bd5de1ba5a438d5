//! What the platform knows before the first step: accounts, users, fleets, what devices tell.

use crate::api::auth;
use crate::api::{Answer, Request};
use crate::engine::Device;
use crate::platform::Ledger;
use crate::platform::fleet;
use crate::replay::verdict::Stop;
use crate::rmm::event::{Origin, What};
use crate::rmm::ids::account_uid;
use crate::rmm::os::Os;
use crate::rmm::portal::{
    AccountDetails, Antivirus, ApiKeys, DeviceDetails, SiteDetails, UserDetails,
};
use crate::scenario::api::{ApiUser, Listed};
use crate::scenario::world::{self, World};

/// Key of the user that every account has.
pub const USER: &str = "api";

/// Largest `os-release` read.
const OS_RELEASE: u64 = 64 << 10;

/// Number and key of the user whom a scenario calls by this name: of its own account, or the only
/// one of another account.
pub fn user(world: &World, name: &str) -> (u16, String) {
    let numbered = (1u16..).zip(&world.api.accounts);
    let mut of_others = numbered.filter(|(_, account)| account.key.value == name);
    match of_others.next() {
        Some((number, _)) => (number, USER.to_owned()),
        None => (0, name.to_owned()),
    }
}

/// Every user by the scenario's name of it, with the keys it begins with.
pub fn users(world: &World, seed: u64) -> Vec<(String, ApiKeys, String)> {
    let own = world.api.users.iter().map(|u| u.key.value.as_str());
    let others = world.api.accounts.iter().map(|a| a.key.value.as_str());
    std::iter::once(USER)
        .chain(own)
        .chain(others)
        .map(|name| {
            let (account, key) = user(world, name);
            (name.to_owned(), auth::keys(seed, account, &key), key)
        })
        .collect()
}

/// Opens the accounts: who they are, their users, and what else there is but sites and devices.
pub fn open(world: &World, seed: u64, ledger: &mut Ledger, cause: u64) {
    let now = ledger.now_ms();
    let own = ApiUser::default();
    account(ledger, cause, seed, 0, &world.account.name);
    add_user(ledger, cause, seed, (0, USER), &own, now);
    for u in &world.api.users {
        add_user(ledger, cause, seed, (0, &u.key.value), u, now);
    }
    add_fleet(ledger, cause, seed, 0, world.api.fleet);
    for (n, neighbour) in (1u16..).zip(&world.api.accounts) {
        let name = match neighbour.name.as_str() {
            "" => &neighbour.key.value,
            name => name,
        };
        account(ledger, cause, seed, n, name);
        add_user(ledger, cause, seed, (n, USER), &own, now);
        for v in &neighbour.variables {
            if v.masked {
                ledger.hide(&v.value);
            }
            let set = What::VariableSet {
                scope: "account".into(),
                name: v.name.value.clone(),
                value: Some(v.value.clone()),
                masked: v.masked,
                origin: Origin::World,
            };
            ledger.emit_in(n, set, Some(cause));
        }
        add_fleet(ledger, cause, seed, n, neighbour.fleet);
    }
}

fn account(ledger: &mut Ledger, cause: u64, seed: u64, n: u16, name: &str) {
    let details = AccountDetails {
        uid: account_uid(seed, n),
        name: name.to_owned(),
        currency: "USD".into(),
        billing_email: None,
        device_limit: None,
        time_zone: "UTC".into(),
    };
    ledger.emit_in(n, What::AccountSet { details }, Some(cause));
}

fn add_user(
    ledger: &mut Ledger,
    cause: u64,
    seed: u64,
    (account, key): (u16, &str),
    user: &ApiUser,
    now: i64,
) {
    let or = |given: &str, other: String| match given {
        "" => other,
        given => given.to_owned(),
    };
    let details = UserDetails {
        username: key.to_owned(),
        first_name: or(&user.first_name, key.to_owned()),
        last_name: user.last_name.clone(),
        email: or(&user.email, format!("{key}@account-{account}.example")),
        telephone: None,
        disabled: user.disabled,
        created: now,
        last_access: None,
    };
    let added = What::UserAdded {
        user: key.to_owned(),
        details,
        keys: auth::keys(seed, account, key),
    };
    ledger.emit_in(account, added, Some(cause));
}

fn add_fleet(ledger: &mut Ledger, cause: u64, seed: u64, n: u16, devices: u32) {
    if devices > 0 {
        let fleet = What::FleetAdded {
            devices,
            seed: seed.wrapping_add(u64::from(n)),
            maker: fleet::MAKER,
        };
        ledger.emit_in(n, fleet, Some(cause));
    }
}

/// What a site has besides its name and variables; none where the scenario says nothing of it.
pub fn site(site: &world::Site) -> Option<SiteDetails> {
    let text = |t: &String| (!t.is_empty()).then(|| t.clone());
    let details = SiteDetails {
        name: site.name.clone(),
        description: text(&site.description),
        notes: text(&site.notes),
        on_demand: site.on_demand,
        ..SiteDetails::default()
    };
    let plain = SiteDetails {
        name: site.name.clone(),
        ..SiteDetails::default()
    };
    (details != plain).then_some(details)
}

/// What a booted device truly tells the platform of itself, and what the scenario says that the
/// platform lists besides.
///
/// # Errors
/// The engine broke.
pub fn audited(
    handle: &dyn Device,
    device: &world::Device,
    mac: &str,
    serial: &str,
    now: i64,
) -> Result<DeviceDetails, Stop> {
    let operating_system = match device.os {
        Os::Macos => "macOS 14.7.1".to_owned(),
        Os::Linux | Os::Windows => {
            let told = handle.read_file("/etc/os-release", OS_RELEASE)?;
            let told = String::from_utf8_lossy(&told.unwrap_or_default()).into_owned();
            pretty_name(&told).unwrap_or_else(|| "Linux".to_owned())
        }
    };
    let listed: &Listed = &device.listed;
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(DeviceDetails {
        category: or_empty(&listed.category),
        operating_system,
        domain: device.domain.clone(),
        last_user: or_empty(&listed.last_user),
        ext_ip: or_empty(&listed.external_address),
        macs: vec![mac.replace(':', "").to_uppercase()],
        serial: serial.to_owned(),
        is_64_bit: cfg!(target_pointer_width = "64"),
        created: Some(now),
        last_seen: Some(now),
        last_reboot: Some(now),
        last_audit: Some(now),
        antivirus: listed.antivirus.clone().map(|(product, status)| Antivirus { product, status }),
        software: listed
            .software
            .iter()
            .map(|(name, version)| (name.value.clone(), version.clone()))
            .collect(),
        ..DeviceDetails::default()
    })
}

/// `PRETTY_NAME` of an `os-release` file.
fn pretty_name(os_release: &str) -> Option<String> {
    let line = os_release
        .lines()
        .find_map(|l| l.strip_prefix("PRETTY_NAME="))?;
    let name = line.trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// Tokens that an answer of the token endpoint gives out: secrets from here on.
pub fn tokens(request: &Request, answer: &Answer) -> Vec<String> {
    if !request.path.starts_with("/auth/oauth/") || answer.status != 200 {
        return Vec::new();
    }
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    ["access_token", "refresh_token"]
        .iter()
        .filter_map(|key| told.get(key)?.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_linux_device_is_its_own_word() {
        let told = "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n";
        assert_eq!(
            pretty_name(told).as_deref(),
            Some("Debian GNU/Linux 13 (trixie)")
        );
        assert_eq!(pretty_name("ID=x"), None);
    }
}
