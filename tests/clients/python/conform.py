"""Runs schemathesis against a server: all operations, all phases, all checks; fails on any failure.

usage: conform.py HOST FOLDER     HOST is scheme, name and port; FOLDER takes the reports

Its generated values would hardly ever hit a uid that exists, so half of the values for parameters
that name a thing are drawn from what the server has. The run is fixed by its seed.

What is asserted, from its reports: 57 operations, all of them tested, and each answered with success
at least once; the four phases passed; no failures, no errors; logins went on working.
"""

import json
import os
import sys
from pathlib import Path

import schemathesis_run as run
import server

PHASES = ("examples", "coverage", "fuzzing", "stateful")
EXAMPLES = os.environ.get("SHAKEDOWN_EXAMPLES", "15")
# Values of each kind; more would only make the configuration longer.
KEPT = 40
# Devices that get a job, so that there are jobs to ask for.
JOBS = 3


def known_values(host):
    """Names of parameters and values that exist."""
    api = server.Session(host)
    classes = {}
    for device in api.pages("/v2/account/devices", "devices"):
        classes.setdefault(device["deviceClass"], []).append(device)
    # Of each class the first few: most devices are computers.
    devices = [device for group in classes.values() for device in group[: KEPT // len(classes)]]
    macs = []
    for device in classes["device"][:KEPT]:
        audit = api.get(f"{host}/api/v2/audit/device/{device['uid']}", timeout=server.TIMEOUT)
        nics = (audit.json().get("nics") if audit.ok else None) or []
        macs += [server.plain_mac(nic["macAddress"]) for nic in nics if nic.get("macAddress")]
    values = {
        "deviceUid": [device["uid"] for device in devices],
        "deviceId": [device["id"] for device in devices],
        "siteUid": [site["uid"] for site in api.pages("/v2/account/sites", "sites")],
        "alertUid": [
            alert["alertUid"]
            for state in ("open", "resolved")
            for alert in api.pages(f"/v2/account/alerts/{state}", "alerts")
        ],
        "macAddress": macs,
        "jobUid": [api.quick_job(device["uid"])["uid"] for device in classes["device"][:JOBS]],
    }
    for name, found in values.items():
        if not found:
            raise SystemExit(f"the server's world has nothing for the parameter {name}")
    return {name: found[:KEPT] for name, found in values.items()}


def configuration(values):
    """schemathesis.toml that draws half of the values of these parameters from the given ones."""
    lines = []
    for name, found in values.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(found)}", ""]
    lines.append("[parameters]")
    for name in values:
        lines.append(f'"path.{name}" = {{ dictionary = "{name}", probability = 0.5 }}')
    return "\n".join(lines) + "\n"


def main(host, folder):
    options = [
        "--checks=all",
        f"--phases={','.join(PHASES)}",
        f"--max-examples={EXAMPLES}",
    ]
    outcome = run.schemathesis(host, Path(folder), configuration(known_values(host)), options, hooks="hooks")
    wrong = outcome.faults(tested=run.OPERATIONS, phases=PHASES)
    if outcome.report["auth"]["reauth_broke"]:
        wrong.append("logins stopped working")
    never = sorted(" ".join(key) for key, count in outcome.accepted().items() if count == 0)
    if never:
        wrong.append(f"no answer of success from: {', '.join(never)}")
    print(f"{sum(outcome.accepted().values())} answers of success")
    run.end(wrong)


if __name__ == "__main__":
    main(*sys.argv[1:])
