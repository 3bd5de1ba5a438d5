//! Access lists of files: `icacls`, `cacls`, `takeown`.
//!
//! Wine keeps of an access list only what fits into the mode bits of a Unix file, so the lists stand in
//! the device's store `acls`: what is set explicitly, by path. What is inherited is worked out on every
//! look, from the folders above and from the lists that Windows sets up ([`usual`]). Nothing enforces
//! them, so what would shut SYSTEM out of its own files is refused by name.

mod account;
mod cacls;
pub mod icacls;
mod list;
mod stored;
mod takeown;
#[cfg(test)]
mod tests;
mod usual;

pub use cacls::cacls;
pub use icacls::icacls;
pub use takeown::takeown;
