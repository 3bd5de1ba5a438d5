//! How each part of a scenario file is written: tables of keys, and what they say together.

pub(crate) mod alert;
pub(crate) mod answer;
pub(crate) mod calls;
pub(crate) mod capture;
pub(crate) mod comstore;
pub(crate) mod device;
pub(crate) mod double;
pub(crate) mod expect;
pub(crate) mod facts;
pub(crate) mod fault;
pub(crate) mod footprint;
pub(crate) mod http;
pub(crate) mod json;
pub(crate) mod knobs;
pub(crate) mod matcher;
pub(crate) mod platform;
pub(crate) mod registry;
pub(crate) mod retry;
pub(crate) mod service;
pub(crate) mod set;
pub(crate) mod skip;
pub(crate) mod step;
pub(crate) mod top;
pub(crate) mod variable;
pub(crate) mod windows;
pub(crate) mod world;
