//! The scenario that the language was designed with.

use super::good;
use crate::scenario::expect::Only;
use crate::scenario::step::{Action, DeviceAct};

pub(super) const SKETCH: &str = r"
scenario: Bright Antivirus deploys, links its console and alerts on a threat
tags: [deploy, monitor]
world:
  platform: pinotage
  account: { name: Contoso MSP, variables: { brightRegion: eu } }
  sites:
    osaka: { name: Osaka HQ, variables: { brightLicence: { value: BRGT-2025-OSAK-0001, masked: true } } }
  devices:
    web-01: { site: osaka, os: linux }
  components:
    deploy: ../../fixtures/bright-antivirus/deploy-linux        # a folder or an exported .cpt
    status: ../../fixtures/bright-antivirus/status-linux.cpt
    remove: ../../fixtures/bright-antivirus/remove-linux
  services:
    licensing: { url: https://licence.bright-av.web, routes: [{ when: { post: /activate }, then: { status: 200, json: { seat: 17 } } }] }
steps:
  - job: deploy
    on: web-01
    variables: { usrUDF: 5 }
    expect:
      status: success
      stdout: { contains: Bright Antivirus is ready }
      stderr: empty
      udf: { 5: { matches: '^https://partner\.bright-av\.web/console/device\?id=[0-9a-f]{64}$' } }
      footprint: { created: [/opt/bright/**], only: true }
      processes: { running: [BvAntiSrv] }
      services: { licensing: { calls: 1 } }
    capture: { console: udf.5 }
  - monitor: status
    on: web-01
    every: 1m
    runs: 3
    expect: { alerts: none }
  - device: web-01
    shell: /opt/bright/bvcmd --simulate-threat
  - monitor: status
    on: web-01
    runs: 2
    expect: { alerts: { opened: 1 }, alert: { samples: { Output: { contains: ALERT } }, diagnostic: { contains: quarantined } } }
  - api: GET /v2/device/${web-01.uid}
    expect: { status: 200, json: { $.udf.udf5: '${console}' } }
finally:
  - job: remove
    on: web-01
    expect: { footprint: { residue: none } }
";

#[test]
fn the_sketch_loads() {
    let s = good(SKETCH);
    assert_eq!(s.world.sites[0].variables[0].value, "BRGT-2025-OSAK-0001");
    assert!(s.world.sites[0].variables[0].masked);
    assert_eq!(
        s.world.services[0].routes[0].replies[0].body,
        br#"{"seat":17}"#
    );
    assert_eq!(s.steps.len(), 5);
    let Action::Job { variables, .. } = &s.steps[0].action else {
        panic!("{:?}", s.steps[0].action)
    };
    assert_eq!(variables[0].value, "5");
    let footprint = s.steps[0].expect.footprint.as_ref().unwrap();
    assert_eq!(footprint.only.as_ref().unwrap().value, Only::Listed);
    assert_eq!(s.steps[0].title, "job deploy on web-01");
    assert!(matches!(
        &s.steps[2].action,
        Action::Device {
            act: DeviceAct::Shell { .. },
            ..
        }
    ));
    let Action::Api(call) = &s.steps[4].action else {
        panic!("{:?}", s.steps[4].action)
    };
    assert_eq!(
        (call.method.as_str(), call.path.as_str()),
        ("GET", "/v2/device/${web-01.uid}")
    );
    let answer = s.steps[4].expect.answer.as_ref().unwrap();
    assert_eq!(answer.status.as_ref().unwrap().equals, Some(200));
    assert_eq!(answer.json[0].1.equals, Some("${console}".into()));
    assert!(
        s.finally[0]
            .expect
            .footprint
            .as_ref()
            .unwrap()
            .residue
            .is_some()
    );
}
