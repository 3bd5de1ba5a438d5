//! `netsh`: the firewall over the facts and stores `firewallProfiles` and `firewallRules`, WinHTTP's
//! proxy for real, addresses and wireless from facts. Nothing filters a device's traffic.
//!
//! Source: Microsoft Learn, "netsh advfirewall", "netsh winhttp", "netsh interface", "netsh wlan".

mod firewall;
mod interface;
mod proxy;
mod rule;

use crate::programs::told::desk::{Desk, Played, Stop, play, told};
use crate::programs::{Call, Ended};

/// The program.
pub fn netsh(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let lower: Vec<String> = args.iter().map(|a| a.to_lowercase()).collect();
        let words: Vec<&str> = lower.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["advfirewall", "firewall", rest @ ..] => rule::run(desk, rest, &args[2..]),
            ["advfirewall", rest @ ..] => firewall::run(desk, rest),
            ["winhttp", rest @ ..] => proxy::run(desk, rest, &args[1..]),
            ["interface" | "int", rest @ ..] => interface::run(desk, rest, &args[1..]),
            ["wlan", "show", ..] => wireless(desk),
            _ => refused(&args),
        }
    })
}

/// What is not played.
fn refused(args: &[String]) -> Played {
    Err(Stop::refused(if args.is_empty() {
        "asking without a command (interactive)".to_owned()
    } else {
        args.join(" ")
    }))
}

fn wireless(desk: &mut Desk<'_, '_>) -> Played {
    if super::adapter::adapters(desk)?
        .iter()
        .any(super::adapter::Adapter::wireless)
    {
        return refused(&desk.args());
    }
    desk.out("There is no wireless interface on the system.");
    told(1)
}
