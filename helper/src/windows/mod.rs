//! Thin wrappers of Windows calls; the only place of `unsafe`.

pub mod stdin;
pub mod text;
