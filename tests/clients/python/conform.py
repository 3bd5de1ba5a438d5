"""Runs schemathesis against a server: all operations, all phases, all checks; fails on any failure.

usage: conform.py HOST FOLDER     HOST is scheme, name and port; FOLDER takes the reports

Its generated values would hardly ever hit a uid that exists, so half of the values for parameters
that name a thing are drawn from what the server has. The run is fixed by its seed.

What is asserted, from its reports: 57 operations, all of them tested, and each answered with success
at least once; the four phases passed; no failures, no errors; logins went on working.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import requests
import server

DOCUMENT = "/api/v3/api-docs/Datto-RMM"
OPERATIONS = 57
METHODS = ("get", "put", "post", "delete")
PHASES = ("examples", "coverage", "fuzzing", "stateful")
SEED = "20261122"
EXAMPLES = os.environ.get("SHAKEDOWN_EXAMPLES", "15")
# Values of each kind; more would only make the configuration longer.
KEPT = 40


def known_values(host):
    """Names of parameters and values that exist."""
    api = server.Session(host)
    devices = list(api.pages("/v2/account/devices", "devices"))
    # Of each class the first few: most devices are computers.
    classes = {}
    for device in devices:
        classes.setdefault(device["deviceClass"], []).append(device)
    some = [device for group in classes.values() for device in group[: KEPT // len(classes)]]
    macs = []
    for device in classes.get("device", [])[:KEPT]:
        audit = api.get(f"{host}/api/v2/audit/device/{device['uid']}", timeout=server.TIMEOUT)
        nics = (audit.json().get("nics") if audit.ok else None) or []
        macs += [nic["macAddress"].replace(":", "").replace("-", "").upper() for nic in nics if nic.get("macAddress")]
    sites = [site["uid"] for site in api.pages("/v2/account/sites", "sites")]
    alerts = [
        alert["alertUid"]
        for state in ("open", "resolved")
        for alert in api.pages(f"/v2/account/alerts/{state}", "alerts")
    ]
    component = api.read("/v2/account/components")["components"][0]["uid"]
    jobs = []
    for device in classes["device"][:3]:
        answer = api.put(
            f"{host}/api/v2/device/{device['uid']}/quickjob",
            json={"jobName": "known", "jobComponent": {"componentUid": component, "variables": []}},
            timeout=server.TIMEOUT,
        )
        if answer.ok:
            jobs.append(answer.json()["job"]["uid"])
    values = {
        "deviceUid": [device["uid"] for device in some],
        "deviceId": [device["id"] for device in some],
        "siteUid": sites[:KEPT],
        "alertUid": alerts[:KEPT],
        "macAddress": macs[:KEPT],
        "jobUid": jobs,
    }
    for name, found in values.items():
        if not found:
            raise SystemExit(f"the server's world has nothing for the parameter {name}")
    return values


def configuration(values):
    """schemathesis.toml that draws half of the values of these parameters from the given ones."""
    lines = []
    for name, found in values.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(found)}", ""]
    lines.append("[parameters]")
    for name in values:
        lines.append(f'"path.{name}" = {{ dictionary = "{name}", probability = 0.5 }}')
    return "\n".join(lines) + "\n"


def exercised(events):
    """(method, path) -> answers of success, out of the log of the run."""
    counted = {}
    for line in events.read_text(encoding="utf-8").splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case, interaction in recorder.get("interactions", {}).items():
            called = recorder["cases"][case]["value"]
            key = called["method"], called["path"]
            status = (interaction["response"] or {}).get("status_code", 0)
            counted[key] = counted.get(key, 0) + (200 <= status < 300)
    return counted


def judge(report, operations, accepted):
    """What is wrong with a run, one line each."""
    wrong = []
    counted = report["operations"]
    for word in ("total", "selected", "tested"):
        if counted[word] != OPERATIONS:
            wrong.append(f"{counted[word]} operations {word}, not {OPERATIONS}")
    if not report["complete"] or report["exit_code"] != 0:
        wrong.append(f"exit code {report['exit_code']}, stopped: {report['stop_reason']}")
    for phase in PHASES:
        status = report["phases"].get(phase, {}).get("status")
        # Without examples in the document that phase has nothing to do.
        if status != "success" and not (phase == "examples" and status == "skip"):
            wrong.append(f"phase {phase}: {status}")
    wrong += [f"{found['code']} {found['title']}: {', '.join(found['operations'])}" for found in report["failures"]]
    wrong += [f"error: {json.dumps(error)}" for error in report["errors"]]
    if report["auth"]["reauth_broke"]:
        wrong.append("logins stopped working")
    never = sorted(" ".join(key) for key in operations if not accepted.get(key))
    if never:
        wrong.append(f"no answer of success from: {', '.join(never)}")
    return wrong


def main(host, folder):
    folder = Path(folder).resolve()
    config = folder / "schemathesis.toml"
    config.write_text(configuration(known_values(host)), encoding="utf-8")
    report, events = folder / "report.json", folder / "events.ndjson"
    here = Path(__file__).resolve().parent
    command = [
        Path(sys.executable).with_name("schemathesis"),
        f"--config-file={config}",
        "run",
        f"{host}{DOCUMENT}",
        "--checks=all",
        f"--phases={','.join(PHASES)}",
        f"--max-examples={EXAMPLES}",
        f"--seed={SEED}",
        "--generation-database=none",
        "--workers=2",
        "--no-color",
        f"--report-json-path={report}",
        f"--report-junit-path={folder / 'junit.xml'}",
        f"--report-ndjson-path={events}",
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(here),
        "SHAKEDOWN_HOST": host,
    }
    code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    if not report.exists():
        raise SystemExit(f"schemathesis ended with {code} and wrote no report")
    paths = requests.get(f"{host}{DOCUMENT}", timeout=server.TIMEOUT).json()["paths"]
    operations = {(method.upper(), path) for path, item in paths.items() for method in item if method in METHODS}
    accepted = exercised(events)
    print(f"{sum(accepted.values())} answers of success from {len(operations & {k for k, n in accepted.items() if n})} operations")
    wrong = judge(json.loads(report.read_text(encoding="utf-8")), operations, accepted)
    if wrong:
        raise SystemExit("\n".join(["schemathesis found faults:", *wrong]))


if __name__ == "__main__":
    main(*sys.argv[1:])
