"""Runs schemathesis as two accounts that must not see each other's things.

usage: accounts.py HOST FOLDER     HOST is scheme, name and port; FOLDER takes the reports

What the first account reads by a uid or id out of its own lists is asked for again as the second
account, which has a list without it. `resetApiKeys` is left out: it would end the tokens.

What is asserted, from its reports: no failures, no errors, and that the second account did ask.
"""

import json
import sys
from pathlib import Path

import schemathesis_run as run
import server

PHASES = ("fuzzing", "stateful")
ACCOUNTS = ("first", "second")
# Fewer would mean that hardly any operation was asked as the second account.
PROBES = 10


def main(host, folder):
    folder = Path(folder)
    entries = []
    for name, keys in zip(ACCOUNTS, server.all_keys(host), strict=True):
        header = {"name": "Authorization", "value": f"Bearer {server.token(host, keys)}"}
        entries.append({"name": name, "fixedHeaders": [header]})
    logins = folder.resolve() / "logins.json"
    logins.write_text(json.dumps({"auth": entries}), encoding="utf-8")
    config = f"[auth.wfc]\npath = {json.dumps(str(logins))}\npeers = {json.dumps(ACCOUNTS)}\n"
    options = [
        "--checks=object_level_authorization,not_a_server_error",
        f"--phases={','.join(PHASES)}",
        "--max-examples=10",
        "--mode=positive",
        "--exclude-operation-id=resetApiKeys",
    ]
    outcome = run.schemathesis(host, folder, config, options)
    wrong = outcome.faults(tested=run.OPERATIONS - 1, phases=PHASES)
    probes = sum(case["value"].get("auth_identity") == ACCOUNTS[1] for case, _ in outcome.calls())
    print(f"{probes} calls as the second account")
    if probes < PROBES:
        wrong.append(f"only {probes} calls as the second account")
    run.end(wrong)


if __name__ == "__main__":
    main(*sys.argv[1:])
