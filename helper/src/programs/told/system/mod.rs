//! Programs that tell of the system: its identity, sessions, power, image, volumes, boot and join.

pub mod bits;
pub mod boot;
pub mod dism;
pub mod fltmc;
pub mod fsutil;
pub mod join;
pub mod power;
pub mod repair;
pub mod sessions;
pub mod systeminfo;
pub mod time;
pub mod volumes;
pub mod zone;

#[cfg(test)]
mod tests;
