//! `bitsadmin`: jobs of the store `bitsJobs`, as PowerShell's module here keeps them; `/transfer` really
//! downloads.
//!
//! Source: Microsoft Learn, "bitsadmin list", "bitsadmin reset", "bitsadmin getstate",
//! "bitsadmin transfer". It gives the HRESULT of what failed as its exit code.

use crate::programs::told::desk::{Desk, Played, Stop, done, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::web::save;
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
            ("/transfer", [name, rest @ ..]) => transfer(desk, name, rest),
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

/// `/transfer NAME [/download] [/priority P] URL FILE [URL FILE ...]`.
fn transfer(desk: &mut Desk<'_, '_>, name: &str, rest: &[&str]) -> Played {
    let mut priority = "NORMAL".to_owned();
    let mut words = Vec::new();
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match word.to_lowercase().as_str() {
            "/download" => {}
            "/priority" => {
                priority = rest.next().map(|p| p.to_uppercase()).unwrap_or_default();
                if !["FOREGROUND", "HIGH", "NORMAL", "LOW"].contains(&priority.as_str()) {
                    return Err(Stop::said(1, "Invalid argument."));
                }
            }
            // No policy of networks that cost holds here.
            "/dynamic" => {}
            option if option.starts_with('/') => {
                return Err(Stop::refused(format!("/transfer with {word}")));
            }
            _ => words.push(*word),
        }
    }
    let (pairs, left) = words.as_chunks::<2>();
    if pairs.is_empty() || !left.is_empty() {
        return Err(Stop::said(1, "Missing argument."));
    }
    let mut bytes = 0;
    for [url, file] in pairs {
        if !std::path::Path::new(file).is_absolute() {
            return Err(failed(
                url,
                file,
                0x8007_0057,
                "The parameter is incorrect.",
            ));
        }
        match save(url, "Microsoft BITS/7.8", std::path::Path::new(file)) {
            Ok(size) => bytes += size,
            Err(not) => return Err(failed(url, file, not.code(), &not.words())),
        }
    }
    let files = pairs.len();
    desk.out(format!(
        "\nDISPLAY: '{name}' TYPE: DOWNLOAD STATE: TRANSFERRED\nPRIORITY: {priority} FILES: {files} / {files} BYTES: {bytes} / {bytes} (100%)\nTransfer complete."
    ));
    done(0)
}

fn failed(url: &str, file: &str, code: u32, words: &str) -> Stop {
    Stop::said(
        code.cast_signed(),
        format!(
            "\nUnable to complete transfer.\nERROR FILE:    {url} -> {file}\nERROR CODE:    0x{code:08x}\n{words}\nERROR CONTEXT: 0x00000005 - The error occurred while the remote file was being processed."
        ),
    )
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
