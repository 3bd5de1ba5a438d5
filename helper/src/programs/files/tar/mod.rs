//! `tar`, which on Windows 10 and later is libarchive's bsdtar: tar, gzip and zip, truly.
//!
//! Source: Microsoft Learn, "Tar and Curl Come to Windows"; bsdtar's manual (options, exit code 1).

mod order;
mod pack;
mod unpack;

use crate::programs::{Call, Ended};
use order::{Mode, Order, Wrong};

const VERSION: &str = "bsdtar 3.5.2 - libarchive 3.5.2 zlib/1.2.5.f-ipp bz2lib/1.0.6 ";
const USAGE: &str = "tar: Must specify one of -c, -r, -t, -u, -x";

/// Why it went no further.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("{0}")]
    Words(String),
    #[error("{0} is not played")]
    NotHere(String),
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match Order::read(&call.args) {
        Ok(order) => order,
        Err(Wrong::NotHere(what)) => return call.refuse(what),
        Err(Wrong::Version) => {
            call.say(VERSION);
            return Ended::done(0);
        }
        Err(Wrong::Usage(what)) => {
            call.complain(if what.is_empty() {
                USAGE.to_owned()
            } else {
                what
            });
            return Ended::done(1);
        }
    };
    let done = match order.mode {
        Mode::Create => pack::create(call, &order),
        Mode::List | Mode::Extract => unpack::read(call, &order),
    };
    match done {
        Ok(exit) => Ended::done(exit),
        Err(Trouble::NotHere(what)) => call.refuse(format_args!("{what} is not played")),
        Err(Trouble::Words(what)) => {
            call.complain(format_args!("tar: {what}"));
            Ended::done(1)
        }
    }
}
