"""What the scripts here ask of the server under test: its keys, tokens, and what it has."""

import requests

TIMEOUT = 30
ATTEMPTS = 5


def all_keys(host):
    """The API keys of the first user of every account, as they are at this moment."""
    answer = requests.get(f"{host}/shakedown/keys", timeout=TIMEOUT)
    answer.raise_for_status()
    accounts = {}
    for own in answer.json():
        accounts.setdefault(own["account"], own)
    return list(accounts.values())


def keys(host):
    """Those of the first account."""
    return all_keys(host)[0]


def ask_token(host, own):
    """The answer to a login by the password grant."""
    return requests.post(
        f"{host}/auth/oauth/token",
        auth=("public-client", "public"),
        data={"grant_type": "password", "username": own["key"], "password": own["secret"]},
        timeout=TIMEOUT,
    )


def token(host, own):
    """A token for these keys."""
    answer = ask_token(host, own)
    answer.raise_for_status()
    return answer.json()["access_token"]


def log_in(host):
    """A token for the first account, whose keys may be reset between reading and using them."""
    for _ in range(ATTEMPTS):
        answer = ask_token(host, keys(host))
        if answer.ok:
            return answer.json()["access_token"]
    raise RuntimeError(f"{ATTEMPTS} logins failed, the last with {answer.status_code}: {answer.text}")


def plain_mac(address):
    """Twelve hexadecimal digits, as the API takes them."""
    return address.replace(":", "").replace("-", "").upper()


class Session(requests.Session):
    """Calls below `/api` as the first account; an answer that is no success is an error."""

    def __init__(self, host):
        super().__init__()
        self.host = host
        self.headers["Authorization"] = f"Bearer {log_in(host)}"

    def call(self, method, path, **options):
        answer = self.request(method, f"{self.host}/api{path}", timeout=TIMEOUT, **options)
        answer.raise_for_status()
        return answer.json()

    def pages(self, path, key):
        """The items of every page, reached by `nextPageUrl`."""
        answer = self.call("GET", path)
        while True:
            yield from answer[key]
            following = answer["pageDetails"]["nextPageUrl"]
            if following is None:
                return
            answer = self.get(following, timeout=TIMEOUT).json()

    def component(self):
        """The uid of the first component."""
        return self.call("GET", "/v2/account/components")["components"][0]["uid"]

    def quick_job(self, device):
        """A quick job of the first component on a device."""
        body = {"jobName": "asked for later", "jobComponent": {"componentUid": self.component(), "variables": []}}
        return self.call("PUT", f"/v2/device/{device}/quickjob", json=body)["job"]

    def make_variables(self, site, count):
        """Variables of a site, by their numbers."""
        for number in range(count):
            body = {"name": f"known{number}", "value": "", "masked": False}
            answer = self.put(f"{self.host}/api/v2/site/{site}/variable", json=body, timeout=TIMEOUT)
            answer.raise_for_status()
        made = self.pages(f"/v2/site/{site}/variables", "variables")
        return [variable["id"] for variable in made if variable["name"].startswith("known")]
