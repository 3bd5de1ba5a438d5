//! The platform's vocabulary: pure types without I/O, shared by every other module.
//! Names are the platform's own (account, site, device, component, job, monitor, alert, UDF).

pub mod alert_context;
pub mod api_knobs;
pub mod component;
pub mod double;
pub mod event;
pub mod facts;
pub mod filter;
pub mod ids;
pub mod job;
pub mod knobs;
pub mod observed;
pub mod os;
pub mod policy;
pub mod portal;
pub mod psa;
pub mod registry;
pub mod service;
pub mod uav;
pub mod webhook;
pub mod words;
pub mod workplace;
pub mod wql;
