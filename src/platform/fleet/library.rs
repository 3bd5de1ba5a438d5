//! What a fleet's account has besides devices: users, variables, components, filters.

use super::dice::Dice;
use super::names::{FIRST_NAMES, LAST_NAMES};
use crate::platform::state::{Component, Filter, State, User};
use crate::rmm::component::{
    Category, InstallType, Metadata, SelectionOption, Variable, VariableType,
};
use crate::rmm::filter::{Criteria, Kind};
use crate::rmm::ids::guid;
use crate::rmm::portal::{ApiKeys, UserDetails};
use std::sync::Arc;

const USERS: u64 = 6;

pub(super) fn users(state: &mut State, prefix: &str, seed: u64, at: i64) {
    for n in 0..USERS {
        let mut dice = Dice::of(seed, n, "user");
        let (first, last) = (dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES));
        let username = format!("{}.{}{n}", first.to_lowercase(), last.to_lowercase());
        let created = at - dice.between(30, 900) * super::device::DAY;
        let new = User {
            details: UserDetails {
                email: format!("{username}@msp.example"),
                username,
                first_name: first.to_owned(),
                last_name: last.to_owned(),
                telephone: dice.percent(50).then(|| format!("+1 555 01{:02}", 10 + n)),
                disabled: n + 1 == USERS,
                created,
                last_access: dice.percent(85).then(|| dice.between(created, at)),
            },
            keys: ApiKeys {
                key: key(&mut dice),
                secret: key(&mut dice),
            },
            id: 0,
        };
        state.users.insert(format!("{prefix}-u{n}"), new);
    }
}

fn key(dice: &mut Dice) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..32).map(|_| char::from(dice.pick(SIGNS))).collect()
}

pub(super) fn variables(state: &mut State, sites: &[String]) {
    for (name, value, masked) in [
        ("msp_support_phone", "+1 555 0100", false),
        ("msp_support_mail", "support@msp.example", false),
        ("backup_vault_token", "made-up-token-of-a-fleet", true),
    ] {
        state.set_variable("account", name, Some(value), masked);
    }
    for site in sites.iter().step_by(3) {
        state.set_variable(
            &format!("site:{site}"),
            "maintenance_window",
            Some("Sun 02:00-04:00"),
            false,
        );
    }
}

/// Filters a person would make; those of the platform are in every account.
pub(super) fn filters(state: &mut State, prefix: &str, at: i64) {
    let system = |word: &str| Criteria {
        operating_system: Some(word.to_owned()),
        ..Criteria::default()
    };
    let reboot = Criteria {
        category: Some("Server".to_owned()),
        reboot_required: Some(true),
        ..Criteria::default()
    };
    let own = [
        ("Windows 10 to replace", system("Windows 10")),
        ("Ubuntu", system("Ubuntu")),
        ("Servers to reboot", reboot),
    ];
    for (n, (name, criteria)) in own.into_iter().enumerate() {
        // A second fleet brings no second filter of a name.
        if state.filters.by_uid(name).is_some() {
            continue;
        }
        let new = Filter {
            id: 0,
            name: name.to_owned(),
            description: String::new(),
            criteria,
            kind: Kind::Custom,
            created: at,
        };
        state.filters.insert(format!("{prefix}-f{n}"), new);
    }
}

fn variable(idx: u32, name: &str, kind: VariableType, default: &str) -> Variable {
    Variable {
        idx,
        name: name.to_owned(),
        kind,
        description: String::new(),
        default: default.to_owned(),
        options: Vec::new(),
    }
}

pub(super) fn components(state: &mut State, prefix: &str, seed: u64) {
    use VariableType::{Boolean, Date, Selection, String as Text};
    let drive = Variable {
        options: [("System drive", "C"), ("All drives", "*")]
            .map(|(name, value)| SelectionOption {
                name: name.to_owned(),
                value: value.to_owned(),
            })
            .to_vec(),
        ..variable(0, "Drive", Selection, "System drive")
    };
    let (win, unix) = (InstallType::Powershell, InstallType::Unix);
    let (app, script, monitor) = (
        Category::Applications,
        Category::Scripts,
        Category::Monitors,
    );
    let list = [
        (
            "Clear Temporary Files [WIN]",
            script,
            win.clone(),
            vec![drive, variable(1, "DryRun", Boolean, "true")],
        ),
        (
            "Restart Print Spooler [WIN]",
            script,
            win.clone(),
            vec![variable(0, "Force", Boolean, "false")],
        ),
        (
            "Run Command [WIN]",
            script,
            win.clone(),
            vec![variable(0, "usrInput", Text, "")],
        ),
        (
            "Schedule Restart [WIN]",
            script,
            win.clone(),
            vec![variable(0, "NotBefore", Date, "")],
        ),
        ("Install 7-Zip [WIN]", app, win.clone(), Vec::new()),
        ("Update Packages [LIN]", script, unix.clone(), Vec::new()),
        (
            "Certificate Expiry [WIN]",
            monitor,
            win,
            vec![variable(0, "Days", Text, "14")],
        ),
        ("Disk Health [LIN]", monitor, unix, Vec::new()),
    ];
    for (n, (name, category, install_type, variables)) in list.into_iter().enumerate() {
        let uid = guid(seed, &format!("fleet-component-{n}"));
        let listed = Metadata {
            name: name.to_owned(),
            category,
            description: String::new(),
            uid: uid.clone(),
            version: 1,
            timeout: 3600,
            security_level: 1,
            install_type,
            variables,
            post_conditions: Vec::new(),
        };
        let new = Component {
            id: 0,
            uid,
            name: name.to_owned(),
            version: 1,
            made_up: true,
            listed: Some(Arc::new(listed)),
        };
        state.components.insert(format!("{prefix}-c{n}"), new);
    }
}
