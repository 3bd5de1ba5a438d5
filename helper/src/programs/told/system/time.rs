//! `tzutil` and `w32tm`: the zone of the facts, the zones that Windows knows, and the state of the
//! service for time.
//!
//! Source: Microsoft Learn, "tzutil", "Windows Time service tools and settings".

use super::zone::{self, ZONES};
use crate::os;
use crate::programs::told::desk::{Desk, Played, Stop, done, play, same, told};
use crate::programs::{Call, Ended};

/// `ERROR_SERVICE_NOT_ACTIVE`
const NOT_STARTED: u32 = 0x8007_0426;
/// `SERVICE_RUNNING`
const RUNNING: u32 = 4;

/// `tzutil`.
pub fn tzutil(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let words: Vec<&str> = args.iter().map(String::as_str).collect();
        match words.as_slice() {
            [get] if same(get, "/g") => {
                let id = zone(desk)?;
                // The real one ends its answer without a new line.
                let _ = desk.call.out.write_all(id.as_bytes());
                told(0)
            }
            [list] if same(list, "/l") => {
                let mut zones: Vec<(String, String)> = Vec::new();
                for key in os::values::keys(ZONES) {
                    let shown = os::values::text(true, &format!("{ZONES}\\{key}"), "Display");
                    zones.push((shown.unwrap_or_default(), key));
                }
                if zones.is_empty() {
                    return Err(Stop::refused("the registry holds no time zones"));
                }
                for (shown, id) in zones {
                    desk.out(format!("{shown}\n{id}\n"));
                }
                done(0)
            }
            [set, id] if same(set, "/s") => set_zone(desk, id),
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

fn zone(desk: &Desk<'_, '_>) -> Result<String, Stop> {
    let fact = zone::zone(desk)?.full("Id");
    fact.ok_or_else(|| Stop::refused("the fact 'timeZone' is not declared"))
}

fn set_zone(desk: &Desk<'_, '_>, id: &str) -> Played {
    let plain = id.strip_suffix("_dstoff").unwrap_or(id);
    if same(plain, &zone(desk)?) {
        return told(0);
    }
    let known = os::values::keys(ZONES);
    let Some(known) = known.iter().find(|k| same(k, plain)) else {
        return Err(Stop::error(
            1,
            "Invalid time zone ID. Please use tzutil /l to get the list of valid time zone IDs.",
        ));
    };
    if plain != id {
        return Err(Stop::refused(format!("/s {id} (without daylight saving)")));
    }
    zone::set(desk, known)?;
    told(0)
}

/// `w32tm`.
pub fn w32tm(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let first = args.first().map(|a| a.to_lowercase()).unwrap_or_default();
        match first.as_str() {
            "/query" | "/resync" | "/config" => {
                let remote = args
                    .iter()
                    .any(|a| a.to_lowercase().starts_with("/computer"));
                let running = os::scm::status("w32time").is_ok_and(|s| s.state == RUNNING);
                if running || remote || (first == "/config" && !updates(&args)) {
                    return Err(Stop::refused(args.join(" ")));
                }
                if first == "/resync" {
                    desk.out("Sending resync command to local computer");
                }
                Err(Stop::said(
                    NOT_STARTED.cast_signed(),
                    "The following error occurred: The service has not been started. (0x80070426)",
                ))
            }
            "/tz" => {
                let id = zone(desk)?;
                if id != "UTC" {
                    return Err(Stop::refused(format!("/tz of the zone {id}")));
                }
                desk.out("Time zone: Current:TIME_ZONE_ID_UNKNOWN Bias: 0min (UTC=LocalTime+Bias)\n  [Standard Name:\"Coordinated Universal Time\" Bias:0min Date:(unspecified)]\n  [Daylight Name:\"Coordinated Universal Time\" Bias:0min Date:(unspecified)]");
                told(0)
            }
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

/// `/config /update` tells the service; without it only the registry is written.
fn updates(args: &[String]) -> bool {
    args.iter().any(|a| same(a, "/update"))
}
