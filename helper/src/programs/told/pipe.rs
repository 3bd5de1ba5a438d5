//! The file that Wine's cmd puts in the place of a pipe: `C:\windows\Temp\CMD1a2.tmp`. On Windows there
//! is no file, so that what writes into one must take it for a pipe.

/// Most digits that `GetTempFileName` puts behind its letters.
const DIGITS: usize = 4;

/// Whether a path is of such a file.
#[must_use]
pub fn is_pipe_file(path: &str) -> bool {
    let lower = path.to_lowercase().replace('/', "\\");
    let Some((folder, name)) = lower.rsplit_once('\\') else {
        return false;
    };
    let digits = name
        .strip_prefix("cmd")
        .and_then(|rest| rest.strip_suffix(".tmp"));
    let in_temp = matches!(folder.rsplit('\\').next(), Some("temp" | "tmp"));
    in_temp
        && digits.is_some_and(|d| {
            (1..=DIGITS).contains(&d.len()) && d.chars().all(|c| c.is_ascii_hexdigit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_known_by_its_name() {
        for (path, pipe) in [
            (r"\\?\C:\windows\temp\CMD1a2.tmp", true),
            (r"C:\users\SYSTEM\AppData\Local\Temp\cmdffff.tmp", true),
            (r"C:\windows\temp\CMD.tmp", false),
            (r"C:\windows\temp\CMDxy.tmp", false),
            (r"C:\windows\temp\CMD12345.tmp", false),
            (r"C:\windows\temp\CMD1.txt", false),
            (r"C:\data\CMD1.tmp", false),
            ("CMD1.tmp", false),
        ] {
            assert_eq!(is_pipe_file(path), pipe, "{path}");
        }
    }
}
