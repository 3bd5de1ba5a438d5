//! `ping` as Microsoft's reference page (windows-commands/ping) tells; 0 where an answer came, 1 where
//! none did. Wine's own gives 0 for hosts that do not answer.

use super::Echo;
use crate::os;
use crate::programs::{Call, Ended};
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

/// `IP_REQ_TIMED_OUT`
const TIMED_OUT: u32 = 11_010;
const HOST_UNREACHABLE: u32 = 11_003;
const NET_UNREACHABLE: u32 = 11_002;
const EXPIRED: u32 = 11_013;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Order {
    host: String,
    count: Option<u32>,
    size: u16,
    /// Milliseconds.
    wait: u32,
    hops: u8,
}

enum Wrong {
    Usage(String),
    NotHere(String),
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match order(&call.args) {
        Ok(order) => order,
        Err(Wrong::NotHere(what)) => return call.refuse(what),
        Err(Wrong::Usage(what)) => {
            call.say(what);
            return Ended::done(1);
        }
    };
    let Some(to) = address(&order.host) else {
        call.say(format_args!(
            "Ping request could not find host {}. Please check the name and try again.",
            order.host
        ));
        return Ended::done(1);
    };
    let named = if order.host == to.to_string() {
        to.to_string()
    } else {
        format!("{} [{to}]", order.host)
    };
    call.say(format_args!(
        "\r\nPinging {named} with {} bytes of data:",
        order.size
    ));
    let (mut sent, mut times) = (0_u32, Vec::new());
    while order.count.is_none_or(|c| sent < c) {
        if sent > 0 {
            std::thread::sleep(Duration::from_secs(1));
        }
        sent += 1;
        match os::icmp::echo(to, order.size, order.wait, order.hops) {
            Ok(echo) if echo.status == 0 => {
                times.push(echo.milliseconds);
                call.say(reply(&echo, order.size));
            }
            Ok(echo) => call.say(failure(Some(echo.from), echo.status)),
            Err(error) => call.say(failure(None, error.code)),
        }
        let _ = call.out.flush();
    }
    let got = times.len() as u32;
    let lost = sent - got;
    call.say(format_args!(
        "\r\nPing statistics for {to}:\r\n    Packets: Sent = {sent}, Received = {got}, Lost = {lost} ({}% loss),",
        lost * 100 / sent.max(1)
    ));
    if let (Some(least), Some(most)) = (times.iter().min(), times.iter().max()) {
        call.say(format_args!(
            "Approximate round trip times in milli-seconds:\r\n    Minimum = {least}ms, Maximum = {most}ms, Average = {}ms",
            times.iter().sum::<u32>() / got
        ));
    }
    Ended::done(i32::from(got == 0))
}

fn reply(echo: &Echo, size: u16) -> String {
    let time = match echo.milliseconds {
        0 => "<1ms".to_owned(),
        ms => format!("={ms}ms"),
    };
    format!(
        "Reply from {}: bytes={size} time{time} TTL={}",
        echo.from, echo.hops
    )
}

fn failure(from: Option<Ipv4Addr>, code: u32) -> String {
    let words = match code {
        HOST_UNREACHABLE => "Destination host unreachable.",
        NET_UNREACHABLE => "Destination net unreachable.",
        EXPIRED => "TTL expired in transit.",
        TIMED_OUT => return "Request timed out.".into(),
        _ => return "PING: transmit failed. General failure. ".into(),
    };
    match from {
        Some(from) => format!("Reply from {from}: {words}"),
        None => words.to_owned(),
    }
}

fn address(host: &str) -> Option<Ipv4Addr> {
    let found = (host, 0).to_socket_addrs().ok()?;
    found.into_iter().find_map(|a| match a {
        SocketAddr::V4(four) => Some(*four.ip()),
        SocketAddr::V6(_) => None,
    })
}

fn order(args: &[String]) -> Result<Order, Wrong> {
    let mut order = Order {
        host: String::new(),
        count: Some(4),
        size: 32,
        wait: 4000,
        hops: 128,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(option) = arg.strip_prefix(['-', '/']) else {
            if !order.host.is_empty() {
                return Err(Wrong::Usage(format!("Bad parameter {arg}.")));
            }
            order.host.clone_from(arg);
            continue;
        };
        let mut value = |least: u32, most: u32| {
            let text = args
                .next()
                .ok_or_else(|| Wrong::Usage(format!("Value must be supplied for option {arg}.")))?;
            let number = text.parse::<u32>().ok();
            number
                .filter(|n| (least..=most).contains(n))
                .ok_or_else(|| {
                    Wrong::Usage(format!(
                        "Bad value for option {arg}, valid range is from {least} to {most}."
                    ))
                })
        };
        match option {
            "t" => order.count = None,
            "n" => order.count = Some(value(1, u32::MAX)?),
            "l" => order.size = u16::try_from(value(0, 65_500)?).unwrap_or(u16::MAX),
            "w" => order.wait = value(1, u32::MAX)?,
            "i" => order.hops = u8::try_from(value(1, 255)?).unwrap_or(u8::MAX),
            // The device speaks this version alone.
            "4" => {}
            "a" | "f" | "v" | "r" | "s" | "j" | "k" | "R" | "S" | "c" | "p" | "6" | "?" => {
                return Err(Wrong::NotHere(format!("{arg} is not played")));
            }
            _ => return Err(Wrong::Usage(format!("Bad option {arg}."))),
        }
    }
    if order.host.is_empty() {
        return Err(Wrong::Usage("IP address must be specified.".into()));
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Order, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        order(&args).map_err(|w| match w {
            Wrong::Usage(what) | Wrong::NotHere(what) => what,
        })
    }

    #[test]
    fn lines() {
        let order = of("-n 1 -w 500 bright.example").unwrap();
        assert_eq!(
            (order.count, order.wait, order.host.as_str()),
            (Some(1), 500, "bright.example")
        );
        for (line, words) in [
            ("", "IP address must be specified."),
            ("-n", "Value must be supplied for option -n."),
            (
                "-n 0 a",
                "Bad value for option -n, valid range is from 1 to 4294967295.",
            ),
            ("-q a", "Bad option -q."),
            ("a b", "Bad parameter b."),
            ("-6 a", "-6 is not played"),
        ] {
            assert_eq!(of(line), Err(words.into()), "{line}");
        }
    }

    #[test]
    fn words_of_answers() {
        let echo = Echo {
            status: 0,
            from: Ipv4Addr::LOCALHOST,
            milliseconds: 0,
            hops: 128,
        };
        assert_eq!(
            reply(&echo, 32),
            "Reply from 127.0.0.1: bytes=32 time<1ms TTL=128"
        );
        assert_eq!(failure(None, TIMED_OUT), "Request timed out.");
        assert_eq!(
            failure(Some(Ipv4Addr::new(10, 0, 0, 1)), HOST_UNREACHABLE),
            "Reply from 10.0.0.1: Destination host unreachable."
        );
    }
}
