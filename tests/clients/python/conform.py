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
EXAMPLES = os.environ.get("SHAKEDOWN_EXAMPLES", "40")
# Values of each kind; more would only make the configuration longer.
KEPT = 40
# Devices that get a job, so that there are jobs to ask for; variables of one site, to be changed and deleted.
JOBS = 3
VARIABLES = 30
# Operations that take a body or uid of good form and yet refuse it with 400 by what they name, as the
# platform documents: an audit of a device of another class, a job of a component that is not there. A
# variable of a name that is there already is refused with 400 too, as two clients of the platform expect.
REFUSE_BY_STATE = (
    "getDeviceAudit",
    "getDeviceAuditSoftware",
    "getEsxiHostAudit",
    "getPrinterAudit",
    "createQuickJob",
    "createAccountVariable",
    "createSiteVariable",
    "updateAccountVariable",
    "updateSiteVariable",
)


def known_values(host):
    """Names of parameters and values that exist; and the same for single operations."""
    api = server.Session(host)
    classes = {}
    for device in api.pages("/v2/account/devices", "devices"):
        classes.setdefault(device["deviceClass"], []).append(device)
    # Of each class the first few: most devices are computers.
    devices = [device for group in classes.values() for device in group[: KEPT // len(classes)]]
    macs = []
    for device in classes.get("device", [])[:KEPT]:
        audit = api.get(f"{host}/api/v2/audit/device/{device['uid']}", timeout=server.TIMEOUT)
        nics = (audit.json().get("nics") if audit.ok else None) or []
        macs += [server.plain_mac(nic["macAddress"]) for nic in nics if nic.get("macAddress")]
    sites = [site["uid"] for site in api.pages("/v2/account/sites", "sites")]
    computers = [device["uid"] for device in classes.get("device", [])]
    jobs = [api.quick_job(device)["uid"] for device in computers[:JOBS]]
    everywhere = {
        "path.deviceUid": [device["uid"] for device in devices],
        "path.deviceId": [device["id"] for device in devices],
        "path.siteUid": sites,
        "path.alertUid": [
            alert["alertUid"]
            for state in ("open", "resolved")
            for alert in api.pages(f"/v2/account/alerts/{state}", "alerts")
        ],
        "path.macAddress": macs,
        "path.jobUid": jobs,
    }
    of_site = {"path.siteUid": sites[:1], "path.variableId": api.make_variables(sites[0], VARIABLES)}
    # A result is found by a job and a device that belong together.
    of_job = {"path.jobUid": jobs[:1], "path.deviceUid": computers[:1]}
    single = {
        "getEsxiHostAudit": {"path.deviceUid": [device["uid"] for device in classes.get("esxihost", [])]},
        "getPrinterAudit": {"path.deviceUid": [device["uid"] for device in classes.get("printer", [])]},
        "updateSiteVariable": of_site,
        "deleteSiteVariable": of_site,
        "createQuickJob": {"path.deviceUid": computers, "body.jobComponent.componentUid": [api.component()]},
        "getJobResults": of_job,
        "getStdOut": of_job,
        "getStdErr": of_job,
    }
    for values in [everywhere, *single.values()]:
        for name, found in values.items():
            if not found:
                raise SystemExit(f"the server's world has nothing for the parameter {name}")
            del found[KEPT:]
    return everywhere, single


def configuration(everywhere, single):
    """schemathesis.toml that draws half of the values of these parameters from the given ones."""
    scopes = {"": everywhere, **single}
    lines = []
    for scope, values in scopes.items():
        for name, found in values.items():
            lines += [f'[dictionaries."{scope} {name}"]', f"values = {json.dumps(found)}"]
    for scope, values in scopes.items():
        if scope:
            lines += ["[[operations]]", f'include-operation-id = "{scope}"', "[operations.parameters]"]
        else:
            lines += ["[parameters]"]
        for name in values:
            lines.append(f'"{name}" = {{ dictionary = "{scope} {name}", probability = 0.5 }}')
    lines += [
        "[[operations]]",
        f"include-operation-id = {json.dumps(REFUSE_BY_STATE)}",
        "[operations.checks.positive_data_acceptance]",
        'expected-statuses = ["2xx", "400", "404"]',
    ]
    return "\n".join(lines) + "\n"


def main(host, folder):
    options = [
        "--checks=all",
        f"--phases={','.join(PHASES)}",
        f"--max-examples={EXAMPLES}",
    ]
    outcome = run.schemathesis(host, Path(folder), configuration(*known_values(host)), options, hooks="hooks")
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
