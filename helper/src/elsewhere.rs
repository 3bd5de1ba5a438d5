//! Stands for Windows where there is none: the harness' side of this crate needs the programs'
//! names, and their rules are tested there, but none of them is run.

pub mod stdin {
    use std::time::Duration;

    pub fn is_console() -> bool {
        false
    }

    pub fn command_line() -> String {
        std::env::args().collect::<Vec<_>>().join(" ")
    }

    pub fn key(wait: Duration) -> bool {
        character(wait).is_some()
    }

    pub fn character(_wait: Duration) -> Option<char> {
        None
    }
}
