//! The device's event log as `eventcreate` and `wevtutil` write and read it. One object of the store
//! `events` is one entry; its shape is that of PowerShell's modules here.

pub mod eventcreate;
pub mod filter;
pub mod log;
pub mod render;
pub mod source;
pub mod wevtutil;
pub mod xpath;

#[cfg(test)]
mod tests;
