//! `certutil`: hashes and Base64 truly; certificate stores are refused.

mod certutil;

use super::Program;

/// Hash algorithms, as certutil names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

pub const PROGRAMS: &[Program] = &[Program {
    name: "certutil",
    folder: "system32",
    run: certutil::run,
}];
