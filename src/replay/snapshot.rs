//! Snapshots: texts kept in files beside a scenario, compared or blessed.

use super::judge::Findings;
use super::judge::text::text;
use crate::mask::Masker;
use crate::scenario::matcher::TextMatcher;
use std::path::PathBuf;

/// Compares a text with a snapshot file, or writes the file when `bless` is set.
///
/// Gives the path of a file that was written. Secrets are masked in the file and before comparing.
pub fn compare(
    out: &mut Findings,
    name: &str,
    m: &TextMatcher,
    actual: &[u8],
    bless: bool,
    masker: &Masker,
) -> std::io::Result<Option<PathBuf>> {
    let Some(path) = &m.snapshot else {
        return Ok(None);
    };
    let actual = masker.mask_bytes(actual).into_owned();
    let key = format!("{name}.snapshot");
    match std::fs::read(&path.value) {
        Ok(want) if want == actual => {
            out.met(&key);
            Ok(None)
        }
        _ if bless => {
            if let Some(dir) = path.value.parent() {
                std::fs::create_dir_all(dir)?;
            }
            let temp = path
                .value
                .with_extension(format!("new-{}", std::process::id()));
            std::fs::write(&temp, &actual)?;
            std::fs::rename(&temp, &path.value)?;
            out.met(&key);
            Ok(Some(path.value.clone()))
        }
        Ok(want) => {
            let want = TextMatcher {
                span: path.span,
                equals: Some(String::from_utf8_lossy(&want).into_owned()),
                ..TextMatcher::default()
            };
            text(out, &key, &want, &actual);
            Ok(None)
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let help =
                "run once with --bless to write it, then read what it holds before you commit it";
            out.failed(
                &key,
                format!("the snapshot {}", path.value.display()),
                "there is no such file".into(),
                path.span,
                Some(help.into()),
            );
            Ok(None)
        }
        Err(e) => Err(e),
    }
}
