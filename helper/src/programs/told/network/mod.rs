//! Programs that tell of the device's network: `ipconfig`, `getmac`, `arp`, `route`, `nslookup`, `netsh`.
//!
//! All of them answer from the fact `networkAdapters`, as WMI does; the network that the sandbox gives
//! a device is none of its own.

mod adapter;
pub mod arp;
pub mod getmac;
pub mod ipconfig;
pub mod netsh;
pub mod nslookup;
pub mod route;
#[cfg(test)]
mod tests;
