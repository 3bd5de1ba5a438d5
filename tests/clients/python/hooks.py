"""What schemathesis is told of the platform: how to log in.

One token serves until the platform refuses it with 401, as it does after `resetApiKeys`: then
schemathesis asks again, and the keys of that moment are read.
"""

import os

import schemathesis
import server


@schemathesis.auth()
class PasswordGrant:
    def get(self, case, context):
        return server.log_in(os.environ["SHAKEDOWN_HOST"])

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Tells the token as a bearer scheme where the document knows OAuth 2 alone.

    `ignored_auth` holds operations to bearer schemes and passes over OAuth 2.
    """
    schemes = raw_schema["components"].setdefault("securitySchemes", {})
    if any(scheme.get("type") == "http" for scheme in schemes.values()):
        return
    schemes["token"] = {"type": "http", "scheme": "bearer"}
    operations = [
        operation for item in raw_schema["paths"].values() for operation in item.values() if isinstance(operation, dict)
    ]
    for holder in [raw_schema, *operations]:
        if holder.get("security"):
            holder["security"] = [{"token": []}]
