//! `netsh winhttp`: the proxy that WinHTTP, and with it the device's `curl`, really uses.

use crate::os;
use crate::programs::told::desk::{Desk, Played, Stop, done, same};

pub fn run(desk: &mut Desk<'_, '_>, words: &[&str], args: &[String]) -> Played {
    let failed = |e: os::SysError| Stop::said(1, format!("\nError ({}): {e}\n", e.code));
    match words {
        ["show", "proxy"] => show(desk),
        ["reset", "proxy"] => {
            os::http::set_proxy(None).map_err(failed)?;
            show(desk)
        }
        ["set", "proxy", first, ..] if *first != "?" => {
            let mut server = None;
            let mut bypass = None;
            for arg in &args[2..] {
                match arg.split_once('=') {
                    Some((name, value)) if same(name, "proxy-server") => server = Some(value),
                    Some((name, value)) if same(name, "bypass-list") => bypass = Some(value),
                    // `http=a;https=b` is a value too.
                    _ if server.is_none() => server = Some(arg.as_str()),
                    _ => bypass = Some(arg),
                }
            }
            let plain = |v: &str| v.trim_matches('"').to_owned();
            let proxy = (plain(server.unwrap_or("")), plain(bypass.unwrap_or("")));
            os::http::set_proxy(Some(&proxy)).map_err(failed)?;
            show(desk)
        }
        _ => super::refused(&desk.args()),
    }
}

fn show(desk: &mut Desk<'_, '_>) -> Played {
    desk.out("\nCurrent WinHTTP proxy settings:\n");
    match os::http::proxy() {
        None => desk.out("    Direct access (no proxy server).\n"),
        Some((server, bypass)) => {
            let bypass = if bypass.is_empty() { "(none)" } else { &bypass };
            desk.out(format!(
                "    Proxy Server(s) :  {server}\n    Bypass List     :  {bypass}\n"
            ));
        }
    }
    done(0)
}
