//! `certutil`: hashes, Base64, certificate stores and downloads, truly.

mod certutil;
mod stores;

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

/// What is told of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// `CN=Bright, O=Bright`.
    pub subject: String,
    pub issuer: String,
    /// Hexadecimal, lower case.
    pub serial: String,
    /// Hexadecimal, lower case.
    pub sha1: String,
    /// 100 ns since 1601-01-01T00:00:00Z.
    pub not_before: i64,
    pub not_after: i64,
}

pub const PROGRAMS: &[Program] = &[Program {
    name: "certutil",
    folder: "system32",
    run: certutil::run,
}];
