//! shakedown: a dress rehearsal for Datto RMM components.
//!
//! Data goes one way: scenario file -> world -> job -> launch -> engine -> outcome -> the Agent's
//! reading of it -> events -> expectations and reports. See ARCHITECTURE.md.

pub mod agent;
pub mod api;
pub mod archive;
pub mod cli;
pub mod component;
pub mod engine;
pub mod mask;
pub mod platform;
pub mod replay;
pub mod report;
pub mod rmm;
pub mod scenario;
pub mod serve;
pub mod wire;
pub mod yaml;
