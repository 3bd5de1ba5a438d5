"""A run of schemathesis against the document that a server serves, and what its reports tell."""

import json
import os
import subprocess
import sys
from pathlib import Path

import requests
import server

OPERATIONS = 57
DOCUMENT = "/api/v3/api-docs/Datto-RMM"
METHODS = ("get", "put", "post", "delete")
SEED = os.environ.get("SHAKEDOWN_SEED", "20261122")


class Outcome:
    """The reports of a run."""

    def __init__(self, report, events, document):
        self.report = json.loads(report.read_text(encoding="utf-8"))
        self.events = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
        self.operations = {
            (method.upper(), path) for path, item in document["paths"].items() for method in item if method in METHODS
        }

    def calls(self):
        """Every call: its case, and the status of its answer (0 where there was none)."""
        for event in self.events:
            recorder = event.get("ScenarioFinished", {}).get("recorder", {})
            for name, interaction in recorder.get("interactions", {}).items():
                yield recorder["cases"][name], (interaction["response"] or {}).get("status_code", 0)

    def accepted(self):
        """(method, path) of each operation of the document -> answers of success."""
        counted = dict.fromkeys(self.operations, 0)
        for case, status in self.calls():
            key = case["value"]["method"], case["value"]["path"]
            if key in counted and 200 <= status < 300:
                counted[key] += 1
        return counted

    def faults(self, tested, phases):
        """What is wrong with the run, one line each."""
        wrong = []
        wanted = {"total": OPERATIONS, "selected": tested, "tested": tested}
        for word, count in wanted.items():
            if self.report["operations"][word] != count:
                wrong.append(f"{self.report['operations'][word]} operations {word}, not {count}")
        if not self.report["complete"] or self.report["exit_code"] != 0:
            wrong.append(f"exit code {self.report['exit_code']}, stopped: {self.report['stop_reason']}")
        for phase in phases:
            status = self.report["phases"].get(phase, {}).get("status")
            # Without examples in the document that phase has nothing to do.
            if status != "success" and not (phase == "examples" and status == "skip"):
                wrong.append(f"phase {phase}: {status}")
        for found in self.report["failures"]:
            wrong.append(f"{found['code']} {found['title']}: {', '.join(found['operations'])}")
        return wrong + [f"error: {json.dumps(error)}" for error in self.report["errors"]]


def schemathesis(host, folder, configuration, options, hooks=None):
    """Runs it in a folder, its summary to stdout.

    `hooks` names a module beside this one. One worker: the seed then fixes the order of calls too.
    """
    folder = folder.resolve()
    config = folder / "schemathesis.toml"
    config.write_text(configuration, encoding="utf-8")
    report, events = folder / "report.json", folder / "events.ndjson"
    command = [
        Path(sys.executable).with_name("schemathesis"),
        f"--config-file={config}",
        "run",
        f"{host}{DOCUMENT}",
        *options,
        f"--seed={SEED}",
        "--generation-database=none",
        "--workers=1",
        "--no-color",
        f"--report-json-path={report}",
        f"--report-junit-path={folder / 'junit.xml'}",
        f"--report-ndjson-path={events}",
    ]
    here = Path(__file__).resolve().parent
    environment = {**os.environ, "SHAKEDOWN_HOST": host, "PYTHONPATH": str(here)}
    if hooks:
        environment["SCHEMATHESIS_HOOKS"] = hooks
    sys.stdout.flush()
    code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    if not report.exists():
        raise SystemExit(f"schemathesis ended with {code} and wrote no report")
    document = requests.get(f"{host}{DOCUMENT}", timeout=server.TIMEOUT).json()
    return Outcome(report, events, document)


def end(wrong):
    """Ends the program: with a fault for each line, or well."""
    if wrong:
        raise SystemExit("\n".join(["schemathesis found faults:", *wrong]))
