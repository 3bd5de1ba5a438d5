//! `fltmc`: the filters of file systems that every Windows has loaded.
//!
//! Source: Microsoft Learn, "fltmc.exe control program" and "Allocated filter altitudes".

use crate::programs::told::desk::{Desk, Played, Stop, play, told};
use crate::programs::{Call, Ended};

/// Name, how many volumes it is on, altitude; highest first.
const FILTERS: [(&str, u32, &str); 4] = [
    ("luafv", 1, "135000"),
    ("npsvctrig", 1, "46000"),
    ("Wof", 1, "40700"),
    ("FileInfo", 1, "40500"),
];

/// The program. Everything runs as SYSTEM, which may ask; any other account gets an error.
pub fn fltmc(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        match args.first().map(|a| a.to_lowercase()).as_deref() {
            None => list(desk),
            Some("filters") if args.len() == 1 => list(desk),
            Some(_) => Err(Stop::refused(args.join(" "))),
        }
    })
}

fn list(desk: &mut Desk<'_, '_>) -> Played {
    desk.out("");
    desk.out("Filter Name                     Num Instances    Altitude    Frame");
    desk.out("------------------------------  -------------  ------------  -----");
    for (name, instances, altitude) in FILTERS {
        desk.out(format!(
            "{name:30}  {instances:>8}       {altitude:^12}    0"
        ));
    }
    told(0)
}
