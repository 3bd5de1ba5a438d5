//! Sites of a fleet.

use super::dice::Dice;
use super::names::{FORMS, PLACES, TRADES};
use crate::platform::state::Site;
use crate::rmm::ids::guid;
use crate::rmm::portal::{MailRecipient, SiteDetails};

/// A site as its devices are made: what they have in common.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Key of the site.
    pub key: String,
    /// First device and how many follow.
    pub first: u32,
    pub devices: u32,
    /// Four letters that host names begin with.
    pub short: String,
    /// Windows domain; none in a workgroup.
    pub domain: Option<String>,
    /// First three numbers of the site's network.
    pub net: String,
    /// Address that the platform sees.
    pub ext_ip: String,
    pub on_demand: bool,
}

/// Fewest and most devices of a site.
const SIZE: (i64, i64) = (25, 60);

/// Divides devices among sites.
pub(super) fn plan(prefix: &str, seed: u64, devices: u32) -> Vec<(Place, Site)> {
    let mut out = Vec::new();
    let mut first = 0;
    while first < devices {
        let n = out.len();
        let mut dice = Dice::of(seed, n as u64, "site");
        let wanted = u32::try_from(dice.between(SIZE.0, SIZE.1)).unwrap_or(1);
        let left = devices - first;
        // The last site takes a small rest too.
        let size = match left < wanted + 10 {
            true => left,
            false => wanted,
        };
        out.push(site(prefix, seed, n, first, size, &mut dice));
        first += size;
    }
    out
}

/// Every site has another name: the step has no divisor in common with the number of names.
fn name(seed: u64, n: usize) -> (&'static str, String) {
    let names = PLACES.len() * TRADES.len() * FORMS.len();
    let start = Dice::of(seed, 0, "names").below(names);
    let at = (start + n * 7919) % names;
    let place = PLACES[at % PLACES.len()];
    let trade = TRADES[at / PLACES.len() % TRADES.len()];
    let form = FORMS[at / PLACES.len() / TRADES.len()];
    (place, format!("{place} {trade}{form}"))
}

fn site(
    prefix: &str,
    seed: u64,
    n: usize,
    first: u32,
    devices: u32,
    dice: &mut Dice,
) -> (Place, Site) {
    let (place, name) = name(seed, n);
    let on_demand = dice.percent(4);
    let host: String = name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let short = place
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(4)
        .collect::<String>()
        .to_ascii_uppercase();
    // RFC 5737: addresses for documentation. RFC 1918: private networks.
    let seen = ["192.0.2", "198.51.100", "203.0.113"][n % 3];
    let key = format!("{prefix}-s{n}");
    let ticketed = dice.percent(70);
    let details = SiteDetails {
        name: name.clone(),
        description: dice.percent(40).then(|| format!("{place} office")),
        notes: None,
        on_demand,
        splashtop_auto_install: dice.percent(80),
        autotask_company_name: ticketed.then(|| name.clone()),
        autotask_company_id: ticketed.then(|| dice.between(29_680_000, 29_999_999).to_string()),
        dnet_network_ids: match dice.percent(15) {
            true => vec![dice.between(100_000, 999_999)],
            false => Vec::new(),
        },
        mail_recipients: match dice.percent(30) {
            true => vec![MailRecipient {
                name: "Service desk".into(),
                email: format!("alerts@{host}.example"),
                kind: "HTML".into(),
                receives_alerts: true,
                receives_new_devices: dice.percent(50),
                receives_reports: dice.percent(50),
            }],
            false => Vec::new(),
        },
    };
    let site = Site {
        uid: guid(seed, &format!("fleet-site-{n}")),
        name,
        details,
        ..Site::default()
    };
    let place = Place {
        key,
        first,
        devices,
        short: format!("{short}{}", n % 100),
        domain: dice.percent(75).then(|| format!("{host}.local")),
        net: format!("10.{}.{}", n / 250 % 250 + 1, n % 250 + 1),
        ext_ip: format!("{seen}.{}", n / 3 % 254 + 1),
        on_demand,
    };
    (place, site)
}
