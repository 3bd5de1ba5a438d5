//! Thin safe wrappers of Windows calls; the only place of `unsafe`.

pub mod certs;
pub mod console;
pub mod crypto;
pub mod environment;
pub mod error;
pub mod front;
pub mod handle;
pub mod handles;
pub mod http;
pub mod icmp;
pub mod job;
pub mod msi;
pub mod overlapped;
pub mod own;
pub mod parameters;
pub mod pipe;
pub mod privilege;
pub mod process;
pub mod processes;
pub mod registry;
pub mod scm;
pub mod screen;
pub mod services;
pub mod stdin;
pub mod system;
pub mod tasks;
pub mod text;
pub mod threads;
pub mod values;

pub use error::SysError;
pub use handle::Owned;
