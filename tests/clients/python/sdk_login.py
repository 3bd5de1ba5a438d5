"""Logs in with the PyPI package `drmmsdk`, which knows the platform by its real name only.

usage: sdk_login.py PORT     with REQUESTS_CA_BUNDLE set to the server's CA file

In this process alone, names below centrastage.net lead to PORT on loopback, and no other name leads
anywhere. TLS is untouched: names and CA are verified as ever, which the refusals at the end prove.
"""

import socket
import sys

import certifi
import requests
import server
from drmmsdk import drmmsdk

PLATFORMS = ("pinotage", "merlot", "concord", "vidal", "zinfandel", "syrah")
PORT = int(sys.argv[1])
REAL = socket.getaddrinfo
# What OpenSSL says of a CA it does not know, with and without the CA in the server's chain.
UNKNOWN_CA = ("self-signed certificate in certificate chain", "unable to get local issuer certificate")
OTHER_NAME = ("Hostname mismatch",)


def lead(name, port, *args, **kwargs):
    name = name.decode() if isinstance(name, bytes) else name
    if not name.endswith(".centrastage.net"):
        raise socket.gaierror(socket.EAI_NONAME, f"{name} is not to be reached from this test")
    return REAL("127.0.0.1", PORT, *args, **kwargs)


def refused(url, why, **options):
    """Asserts that TLS refuses a server, with one of these reasons."""
    try:
        requests.get(url, timeout=server.TIMEOUT, **options)
    except requests.exceptions.SSLError as error:
        if not any(reason in str(error) for reason in why):
            raise SystemExit(f"{url} was refused, but not with {why}: {error}") from error
        return
    raise SystemExit(f"{url} was trusted; it was to be refused with {why}")


def main():
    socket.getaddrinfo = lead
    host = "https://pinotage-api.centrastage.net"
    keys = server.keys(host)

    sdk = drmmsdk(keys["key"], keys["secret"], server="pinotage")
    if not sdk.session.headers["Authorization"].split(" ", 1)[-1]:
        raise SystemExit("drmmsdk logged in and has no token")
    # Its own API calls leave out `/api` and await what cannot be awaited; its session is sound.
    account = sdk.session.get(f"{sdk.base_uri}/api/v2/account", timeout=server.TIMEOUT)
    account.raise_for_status()
    if account.json()["uid"] != keys["account_uid"]:
        raise SystemExit(f"logged in to {keys['uid']}, and the account is {account.json()['uid']}")
    page = sdk.session.get(f"{sdk.base_uri}/api/v2/account/devices?max=1", timeout=server.TIMEOUT).json()
    following = page["pageDetails"]["nextPageUrl"]
    if not following.startswith(f"{host}/api/v2/account/devices?"):
        raise SystemExit(f"the next page is not on the host and scheme the client used: {following}")
    if sdk.session.get(following, timeout=server.TIMEOUT).json()["devices"] == page["devices"]:
        raise SystemExit(f"the next page is the same again: {following}")

    try:
        drmmsdk(keys["key"], "0" * 32, server="pinotage")
    except requests.HTTPError as error:
        if error.response.status_code not in (400, 401):
            raise
    else:
        raise SystemExit("drmmsdk logged in with a wrong secret")

    for platform in PLATFORMS:
        status = requests.get(f"https://{platform}-api.centrastage.net/api/v2/system/status", timeout=server.TIMEOUT)
        status.raise_for_status()
    refused(f"{host}/api/v2/system/status", UNKNOWN_CA, verify=certifi.where())
    refused("https://cabernet-api.centrastage.net/api/v2/system/status", OTHER_NAME)


main()
