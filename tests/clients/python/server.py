"""What every script here asks of the server under test: its keys and a token."""

import requests

TIMEOUT = 30
ATTEMPTS = 5


def keys(host):
    """The API keys of the first account, as they are at this moment."""
    answer = requests.get(f"{host}/shakedown/keys", timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()[0]


def ask_token(host, user, secret):
    """The answer to a login by the password grant."""
    return requests.post(
        f"{host}/auth/oauth/token",
        auth=("public-client", "public"),
        data={"grant_type": "password", "username": user, "password": secret},
        timeout=TIMEOUT,
    )


def log_in(host):
    """A token. Keys may be reset between reading and using them, hence more than one attempt."""
    for _ in range(ATTEMPTS):
        own = keys(host)
        answer = ask_token(host, own["apiKey"], own["apiSecretKey"])
        if answer.ok:
            return answer.json()["access_token"]
    raise RuntimeError(f"{ATTEMPTS} logins failed, the last with {answer.status_code}: {answer.text}")


class Session(requests.Session):
    """Calls below `/api` with a token; an answer that is no success is an error."""

    def __init__(self, host):
        super().__init__()
        self.host = host
        self.headers["Authorization"] = f"Bearer {log_in(host)}"

    def read(self, path, **query):
        answer = self.get(f"{self.host}/api{path}", params=query, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def pages(self, path, key, **query):
        """The items of every page, reached by `nextPageUrl`."""
        answer = self.read(path, **query)
        while True:
            yield from answer[key]
            following = answer["pageDetails"]["nextPageUrl"]
            if following is None:
                return
            answer = self.get(following, timeout=TIMEOUT).json()
