//! `bitsadmin`: jobs of the store `bitsJobs`, as PowerShell's module here keeps them.
//!
//! Source: Microsoft Learn, "bitsadmin list", "bitsadmin reset", "bitsadmin getstate".

use crate::programs::told::desk::{Desk, Played, Stop, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};

/// BG_E_NOT_FOUND.
const NOT_FOUND: i32 = 0x8020_0001_u32 as i32;

/// The program.
pub fn bitsadmin(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let mut args = desk.args();
        args.retain(|a| !same(a, "/rawreturn") && !same(a, "/nowrap"));
        desk.out("\nBITSADMIN version 3.0\nBITS administration utility.\n(C) Copyright Microsoft Corp.\n");
        let command = args.first().map(|a| a.to_lowercase()).unwrap_or_default();
        let rest: Vec<&str> = args.iter().skip(1).map(String::as_str).collect();
        match (command.as_str(), rest.as_slice()) {
            ("/list", [] | ["/allusers"]) => list(desk),
            ("/reset", [] | ["/allusers"]) => {
                let jobs = jobs(desk)?;
                for job in &jobs {
                    let id = job.text("id").unwrap_or_default();
                    desk.remove("bitsJobs", &id)?;
                    desk.out(format!("{{{}}} canceled.", id.to_uppercase()));
                }
                desk.out(format!("{0} out of {0} jobs canceled.", jobs.len()));
                told(0)
            }
            ("/getstate", [name]) => {
                let job = find(desk, name)?;
                desk.out(format!("{}.", state(&job)));
                told(0)
            }
            ("/cancel", [name]) => {
                let job = find(desk, name)?;
                desk.remove("bitsJobs", &job.text("id").unwrap_or_default())?;
                desk.out("Job canceled.");
                told(0)
            }
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

fn jobs(desk: &Desk<'_, '_>) -> Result<Vec<Row>, Stop> {
    desk.list("bitsJobs")
}

fn find(desk: &Desk<'_, '_>, name: &str) -> Result<Row, Stop> {
    let plain = name.trim_matches(['{', '}']);
    let mut all = jobs(desk)?.into_iter();
    let found = all.find(|j| {
        j.text("id").is_some_and(|id| same(&id, plain))
            || j.text("displayName").is_some_and(|n| same(&n, name))
    });
    found.ok_or_else(|| Stop::error(NOT_FOUND, format!("Unable to find job named \"{name}\".")))
}

fn state(job: &Row) -> String {
    job.text("state").unwrap_or_default().to_uppercase()
}

fn list(desk: &mut Desk<'_, '_>) -> Played {
    let jobs = jobs(desk)?;
    for job in &jobs {
        let files = job
            .get("files")
            .and_then(|f| f.as_array())
            .cloned()
            .unwrap_or_default();
        let done = ["TRANSFERRED", "ACKNOWLEDGED"].contains(&state(job).as_str());
        let size: u64 = files.iter().filter_map(|f| f["size"].as_u64()).sum();
        let (some, bytes) = if done { (files.len(), size) } else { (0, 0) };
        desk.out(format!(
            "{{{}}} '{}' {} {some} / {} {bytes} / {size}",
            job.text("id").unwrap_or_default().to_uppercase(),
            job.text("displayName").unwrap_or_default(),
            state(job),
            files.len()
        ));
    }
    desk.out(format!("Listed {} job(s).", jobs.len()));
    told(0)
}
