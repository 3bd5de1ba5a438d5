//! WMI as `wmic` asks it: classes whose rows are made of the device's facts, or live of its processes,
//! services and installed products.
//!
//! Source: Microsoft Learn, "wmic" (Windows commands), "CIMWin32 WMI Providers", "Querying with WQL".

pub mod alias;
pub mod call;
pub mod classes;
pub mod filter;
pub mod line;
pub mod live;
pub mod print;
pub mod wmic;

#[cfg(test)]
mod tests;
