//! One file fetched to the disk, redirects followed.

use super::curl::timed;
use super::{Failed, Head, Request};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

const MOST_REDIRECTS: u32 = 10;
/// Longest wait for a whole file.
const WAIT: Duration = Duration::from_secs(3600);

/// Why there is no file.
#[derive(Debug)]
pub enum NotSaved {
    /// The address is none of HTTP.
    Address,
    Failed(Failed),
    /// The server answered with another status than 200.
    Status(u16),
    Disk(io::Error),
}

/// Fetches a file; its size in bytes. Nothing is left where it fails.
///
/// # Errors
/// See [`NotSaved`].
pub fn save(url: &str, agent: &str, to: &Path) -> Result<u64, NotSaved> {
    let mut request = Request {
        method: "GET".into(),
        agent: agent.to_owned(),
        connect_timeout: Some(Duration::from_secs(30)),
        timeout: Some(WAIT),
        ..Request::default()
    };
    request.point(url).map_err(|_| NotSaved::Address)?;
    for _ in 0..MOST_REDIRECTS {
        match once(&request, to)? {
            Ok(size) => return Ok(size),
            Err(location) => {
                let next = request.relative(&location);
                request.point(&next).map_err(|_| NotSaved::Address)?;
            }
        }
    }
    Err(NotSaved::Status(302))
}

/// The size, or where it is instead.
fn once(request: &Request, to: &Path) -> Result<Result<u64, String>, NotSaved> {
    let mut head = Head::default();
    let mut size = 0;
    let good = std::cell::Cell::new(false);
    let mut file = None;
    let mut disk = None;
    let got = timed(
        request,
        &mut |came| {
            head = came.clone();
            good.set(came.status == 200);
            true
        },
        &mut |piece| {
            if !good.get() {
                return true;
            }
            let written = match &mut file {
                None => File::create(to).and_then(|f| file.insert(f).write_all(piece)),
                Some(file) => file.write_all(piece),
            };
            size += piece.len() as u64;
            match written {
                Ok(()) => true,
                Err(error) => {
                    disk = Some(error);
                    false
                }
            }
        },
    );
    if let Some(error) = disk {
        return Err(NotSaved::Disk(error));
    }
    if let Err(failed) = got {
        if file.take().is_some() {
            // Half a file is no download.
            let _ = std::fs::remove_file(to);
        }
        return Err(NotSaved::Failed(failed));
    }
    if (300..400).contains(&head.status)
        && let Some(location) = head.header("Location")
    {
        return Ok(Err(location.to_owned()));
    }
    if !good.get() {
        return Err(NotSaved::Status(head.status));
    }
    if file.is_none() {
        File::create(to).map_err(NotSaved::Disk)?;
    }
    Ok(Ok(size))
}

impl NotSaved {
    /// Windows' HRESULT of it: BITS and URLMon use the same.
    #[must_use]
    pub fn code(&self) -> u32 {
        match self {
            NotSaved::Address => 0x8007_0057,
            NotSaved::Failed(failed) => match failed {
                Failed::Resolve => 0x8007_2EE7,
                Failed::Connect => 0x8007_2EFD,
                Failed::TimedOut => 0x8007_2EE2,
                Failed::Certificate | Failed::Handshake => 0x8007_2F8F,
                Failed::Empty | Failed::Broken => 0x8007_2EFE,
                Failed::Other(code) => 0x8007_0000 | (code & 0xFFFF),
            },
            NotSaved::Status(status) => 0x8019_0000 | u32::from(*status),
            NotSaved::Disk(error) => {
                0x8007_0000 | (error.raw_os_error().unwrap_or(29).cast_unsigned() & 0xFFFF)
            }
        }
    }

    /// Windows' words for it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            NotSaved::Address => "The parameter is incorrect.".into(),
            NotSaved::Failed(failed) => match failed {
                Failed::Resolve => "The server name or address could not be resolved".into(),
                Failed::Connect => "A connection with the server could not be established".into(),
                Failed::TimedOut => "The operation timed out".into(),
                Failed::Certificate | Failed::Handshake => "A security error occurred".into(),
                Failed::Empty | Failed::Broken => {
                    "The connection with the server was terminated abnormally".into()
                }
                Failed::Other(code) => format!("WinHTTP's error {code}"),
            },
            NotSaved::Status(404) => "Not found (404).".into(),
            NotSaved::Status(401) => "Access denied (401).".into(),
            NotSaved::Status(403) => "Forbidden (403).".into(),
            NotSaved::Status(status) => format!("HTTP status {status}."),
            NotSaved::Disk(error) => {
                crate::programs::error_text(error.raw_os_error().unwrap_or(29).cast_unsigned())
            }
        }
    }
}
