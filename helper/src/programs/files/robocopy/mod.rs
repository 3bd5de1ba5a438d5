//! `robocopy` as Microsoft's reference page (windows-commands/robocopy) tells: options, exit codes as
//! bits (1 copied, 2 extra, 4 mismatched, 8 failed, 16 nothing done), its log.

mod order;
mod print;
mod work;

use crate::programs::{Call, Ended};
use order::{Order, Wrong};
use print::Log;

/// Nothing was done.
const FATAL: i32 = 16;

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match Order::read(&call.args) {
        Ok(order) => order,
        Err(Wrong::NotHere(what)) => return call.refuse(what),
        Err(Wrong::Usage(what)) => {
            print::title(&mut Log::of(call.out));
            call.say(format_args!("{what}"));
            return Ended::done(FATAL);
        }
    };
    let mut log = Log::of(call.out);
    if let Some((path, append)) = &order.log
        && let Err(error) = log.log_to(path, *append, order.tee)
    {
        let what = format!("the log {path} cannot be written: {error}");
        call.complain(format_args!("ERROR : {what}"));
        return Ended::done(FATAL);
    }
    Ended::done(work::copy(&order, &mut log))
}
