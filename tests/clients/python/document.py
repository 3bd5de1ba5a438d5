"""Holds the served OpenAPI document against openapi-spec-validator, and against what is printed.

usage: document.py HOST PRINTED     PRINTED is a file with the output of `serve --print-openapi`
"""

import json
import sys
from pathlib import Path

import requests
import server
from openapi_spec_validator import OpenAPIV31SpecValidator

PATHS = ("/api/v3/api-docs", "/api/v3/api-docs/Datto-RMM")


def main(host, printed):
    served = [requests.get(f"{host}{path}", timeout=server.TIMEOUT) for path in PATHS]
    for answer in served:
        answer.raise_for_status()
        if answer.headers["Content-Type"].split(";")[0] != "application/json":
            raise SystemExit(f"{answer.url} is served as {answer.headers['Content-Type']}")
    documents = [answer.json() for answer in served]
    if documents[0] != documents[1]:
        raise SystemExit(f"{PATHS[0]} and {PATHS[1]} differ")
    document = documents[0]
    if document["openapi"][:4] != "3.1.":
        raise SystemExit(f"OpenAPI {document['openapi']}")
    errors = [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in OpenAPIV31SpecValidator(document).iter_errors()
    ]
    if errors:
        raise SystemExit("\n".join(errors))
    if document["servers"][0]["url"] != f"{host}/api":
        raise SystemExit(f"the document names the server {document['servers'][0]['url']}, the client used {host}")
    told = Path(printed).read_text(encoding="utf-8")
    # The printed one names the platform's own host, wherever the served one names the client's.
    base = json.loads(told)["servers"][0]["url"].removesuffix("/api")
    if json.loads(told.replace(base, host)) != document:
        raise SystemExit("the printed document is not the served one")

    # The validator must be able to refuse.
    document["components"]["schemas"]["a name with blanks"] = {"type": "object"}
    if not list(OpenAPIV31SpecValidator(document).iter_errors()):
        raise SystemExit("the validator accepts a name it must not")


if __name__ == "__main__":
    main(*sys.argv[1:])
