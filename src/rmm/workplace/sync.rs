//! Sync errors of Workplace Desktop, as the page of its RMM integration lists them.

/// What a sync status says. The page has no other codes; one that it does not have is told as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncError {
    /// Its codes in the file; only `engine_ok` has two.
    pub codes: &'static [i64],
    /// Its word.
    pub word: &'static str,
    /// What the page says of it.
    pub meaning: &'static str,
}

impl SyncError {
    /// Every one, by code.
    pub const ALL: &'static [SyncError] = &[
        row(
            &[0, 2],
            "engine_ok",
            "Indicates Workplace Desktop is functioning as expected",
        ),
        row(&[3], "root_removed", "Root Removed"),
        row(&[5], "root_missing", "Project folder missing"),
        row(
            &[6],
            "invalid_root_path",
            "Project folder is on path where watcher doesn't operate",
        ),
        row(
            &[7],
            "cannot_create_root",
            "Project folder cannot be created",
        ),
        row(
            &[8],
            "root_not_owned",
            "Project folder is owned by someone else",
        ),
        row(
            &[9],
            "new_root_not_empty",
            "Project folder is new and not empty folder",
        ),
        row(
            &[10],
            "invalid_watcher",
            "File watcher not operating correctly",
        ),
        row(&[11], "create_project_failed", "Unable to create project"),
        row(
            &[12],
            "out_of_diskspace",
            "Project folder is out of disk space",
        ),
        row(
            &[13],
            "cannot_place_file",
            "Cannot place file into project folder",
        ),
        row(
            &[14],
            "cannot_upload_file",
            "Cannot upload file from project folder",
        ),
        row(&[15], "cannot_create_folder", "Cannot create folder"),
        row(
            &[17],
            "invalid_key",
            "Cannot generate valid secret key (VFS)",
        ),
        row(&[19], "db_rebuild", "Requested sync db rebuild"),
        row(
            &[20],
            "repeated_rebuild_db",
            "Repeated sync db rebuilds within 1h - contact support",
        ),
    ];

    /// What a code says; none where the page does not have it.
    pub fn of(code: i64) -> Option<&'static SyncError> {
        SyncError::ALL.iter().find(|e| e.codes.contains(&code))
    }

    /// The one of a word.
    pub fn from_word(word: &str) -> Option<&'static SyncError> {
        SyncError::ALL.iter().find(|e| e.word == word)
    }

    /// Whether all is as it should be.
    pub fn is_ok(&self) -> bool {
        self.codes == [0, 2]
    }
}

const fn row(codes: &'static [i64], word: &'static str, meaning: &'static str) -> SyncError {
    SyncError {
        codes,
        word,
        meaning,
    }
}

/// A code for people: `12 out_of_diskspace (Project folder is out of disk space)`.
pub fn told(code: i64) -> String {
    match SyncError::of(code) {
        Some(e) => format!("{code} {} ({})", e.word, e.meaning),
        None => format!("{code}, a code that the page does not have"),
    }
}
