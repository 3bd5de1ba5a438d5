"""Generates a client from the served document with openapi-python-client, and works with it.

usage: generated.py HOST FOLDER

The generator must have nothing to warn of. The client then logs in, reads every list of the
account, walks the pages of sites, makes a variable and finds it, and runs a quick job to its end.
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import time
import typing
from pathlib import Path

import requests
import server
from openapi_python_client.strings import PythonIdentifier

OPERATIONS = 57
METHODS = ("get", "put", "post", "delete")
PACKAGE = "generated_client"
# Seconds for the quick job.
PATIENCE = 60


def generate(host, folder):
    document = folder / "openapi.json"
    answer = requests.get(f"{host}/api/v3/api-docs/Datto-RMM", timeout=server.TIMEOUT)
    answer.raise_for_status()
    document.write_text(answer.text, encoding="utf-8")
    programs = Path(sys.executable).parent
    command = [
        programs / "openapi-python-client",
        "generate",
        f"--path={document}",
        "--meta=none",
        f"--output-path={folder / PACKAGE}",
        "--fail-on-warning",
    ]
    # It tidies what it made with a program from beside it.
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, env={**os.environ, "PATH": path})
    sys.path.insert(0, str(folder))
    return answer.json()


class Api:
    """The generated functions by the name of their operation."""

    def __init__(self, base_url, token):
        package = importlib.import_module(PACKAGE)
        self.client = package.AuthenticatedClient(base_url=base_url, token=token, raise_on_unexpected_status=True)
        functions = importlib.import_module(f"{PACKAGE}.api")
        self.modules = {
            found.name.rsplit(".", 1)[-1]: found.name
            for found in pkgutil.walk_packages(functions.__path__, f"{PACKAGE}.api.")
            if not found.ispkg
        }

    def call(self, name, *path, body=None, **query):
        """The parsed body of a success; none where it has none."""
        function = importlib.import_module(self.modules[name]).sync_detailed
        if body is not None:
            query["body"] = typing.get_type_hints(function)["body"].from_dict(body)
        answer = function(*path, client=self.client, **query)
        if not 200 <= answer.status_code < 300:
            raise SystemExit(f"{name}: {answer.status_code} {answer.content!r}")
        if answer.content and answer.parsed is None:
            raise SystemExit(f"{name}: the generated client could not read {answer.content[:300]!r}")
        if isinstance(answer.parsed, list):
            return [row.to_dict() for row in answer.parsed]
        return None if answer.parsed is None else answer.parsed.to_dict()


def main(host, folder):
    document = generate(host, Path(folder).resolve())
    operations = [
        (method, path, operation["operationId"])
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]
    api = Api(document["servers"][0]["url"], server.log_in(host))
    if not len(api.modules) == len(operations) == OPERATIONS:
        raise SystemExit(f"{len(operations)} operations, of which {len(api.modules)} were generated")

    for method, path, name in operations:
        if method == "get" and "{" not in path:
            api.call(PythonIdentifier(name, prefix=""))

    sites, page = [], 0
    while True:
        answer = api.call("get_sites", page=page, max_=1)
        sites += answer["sites"]
        page += 1
        if answer["pageDetails"]["nextPageUrl"] is None:
            break
    if len({site["uid"] for site in sites}) != answer["pageDetails"]["totalCount"] or page < 2:
        raise SystemExit(f"{page} pages of one site each, {len(sites)} sites: {answer['pageDetails']}")

    api.call("create_account_variable", body={"name": "generated", "value": "one", "masked": False})
    variables = api.call("get_account_variables")["variables"]
    if not any(v["name"] == "generated" and v["value"] == "one" for v in variables):
        raise SystemExit(f"the variable that was made is not there: {json.dumps(variables)}")

    [device] = api.call("get_user_account_devices", hostname="greeter")["devices"]
    component = next(c for c in api.call("get_components")["components"] if c["name"] == "Greets [LIN]")
    asked = {"componentUid": component["uid"], "variables": [{"name": "usrName", "value": "client"}]}
    job = api.call("create_quick_job", device["uid"], body={"jobName": "generated", "jobComponent": asked})["job"]
    until = time.monotonic() + PATIENCE
    while api.call("get_1", job["uid"])["status"] != "completed":
        if time.monotonic() > until:
            raise SystemExit(f"the quick job did not end within {PATIENCE} s")
        time.sleep(0.2)
    results = api.call("get_job_results", job["uid"], device["uid"])
    said = [api.call(name, job["uid"], device["uid"])[0]["stdData"].strip() for name in ("get_std_out", "get_std_err")]
    if results["jobDeploymentStatus"] != "Success" or said != ["Hello client", "said on purpose"]:
        raise SystemExit(f"the quick job ended otherwise: {json.dumps(results)}, it said {said}")


if __name__ == "__main__":
    main(*sys.argv[1:])
