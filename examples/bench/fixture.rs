//! What is run on devices: a monitor whose script does nothing.

use super::Res;
use shakedown::agent::{self, Account, ComponentView, DeviceFacts, JobContext, Resolution, Site};
use shakedown::engine::{Cancel, Device, DeviceSpec, NoSink};
use shakedown::rmm::component::{Category, InstallType, Metadata};
use shakedown::rmm::knobs::Knobs;
use shakedown::rmm::os::Os;
use std::collections::BTreeMap;

/// Uid of every device here.
pub const UID: &str = "5a1e0000-0000-4000-8000-000000000002";

/// A monitor component whose script is `true`, with everything the Agent does around it.
pub struct Fixture {
    meta: Metadata,
    context: JobContext,
    variables: Resolution,
    knobs: Knobs,
}

impl Fixture {
    pub fn new() -> Fixture {
        Fixture {
            meta: Metadata {
                name: "Bench".into(),
                category: Category::Monitors,
                description: String::new(),
                uid: "5a1e0000-0000-4000-8000-000000000001".into(),
                version: 1,
                timeout: 60,
                security_level: 1,
                install_type: InstallType::Unix,
                variables: Vec::new(),
                post_conditions: Vec::new(),
            },
            context: context(),
            variables: Resolution::default(),
            knobs: Knobs::default(),
        }
    }

    /// The same, run as monitors are: a scenario's replay takes no footprint of a monitor's run
    /// unless an expectation asks for it.
    pub fn monitor() -> Fixture {
        let mut fixture = Fixture::new();
        fixture.context.footprint = false;
        fixture
    }

    pub fn job(&self, device: &dyn Device) -> Res<()> {
        let view = ComponentView {
            meta: &self.meta,
            body: b"#!/bin/bash\ntrue\n",
            attachments: Vec::new(),
            polyglot: false,
        };
        let cancel = Cancel::default();
        let report = agent::run_job(
            device,
            &self.context,
            &view,
            &self.variables,
            &self.knobs,
            &cancel,
            &NoSink,
        )?;
        if report.exit == shakedown::rmm::observed::Exit::Code(0) {
            Ok(())
        } else {
            Err(format!("the job ended with {:?}", report.exit).into())
        }
    }
}

/// A Linux device with nothing of its own.
pub fn spec(name: &str) -> DeviceSpec {
    DeviceSpec {
        name: name.into(),
        os: Os::Linux,
        engine: shakedown::engine::EngineKind::Sandbox,
        windows: None,
        image: None,
        hostname: name.into(),
        mac: "02:00:00:00:00:01".into(),
        serial: "BENCH0001".into(),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: 1,
        points: false,
    }
}

/// What a job needs to know of its surroundings.
fn context() -> JobContext {
    JobContext {
        os: Os::Linux,
        platform: "pinotage".into(),
        account: Account {
            uid: UID.into(),
            name: "Bench".into(),
        },
        site: Site {
            uid: UID.into(),
            name: "Bench".into(),
            ..Site::default()
        },
        device: DeviceFacts {
            uid: UID.into(),
            hostname: "bench".into(),
            domain: String::new(),
            udfs: BTreeMap::new(),
        },
        trust: Vec::new(),
        footprint: true,
        stop_on_input_wait: true,
        timeout: None,
    }
}
