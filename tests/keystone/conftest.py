"""A real OpenStack Keystone, the origin of Huawei Cloud's IAM API, with a domain, two projects and people of ours."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests import plain_http

PYTHON: Final = (
    Path(sys.prefix) / "keystone/bin/python"
)  # made by `make test`; its libraries do not suit ours
READY: Final = PYTHON.parents[1] / "ready"
PASSWORD: Final = "not-a-secret-of-anybody"


class Keystone:
    """One that runs, and what an administrator does with it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = plain_http.client(base_url=f"{url}/v3", timeout=60)
        self._http.headers["X-Auth-Token"] = self._log_in()
        self.domain = self._create("domain", name="acme")
        self._member = self._http.get("/roles", params={"name": "member"}).json()["roles"][0]["id"]

    def _log_in(self) -> str:
        domain = {"id": "default"}
        user = {"name": "admin", "password": PASSWORD, "domain": domain}
        question = {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": {"name": "admin", "domain": domain}},
            }
        }
        return str(self._http.post("/auth/tokens", json=question).headers["X-Subject-Token"])

    def _create(self, kind: str, **values: object) -> str:
        answer = self._http.post(f"/{kind}s", json={kind: values})
        return str(answer.raise_for_status().json()[kind]["id"])

    def project(self, name: str) -> str:
        """Create a project; return its id."""
        return self._create("project", name=name, domain_id=self.domain)

    def user(self, name: str, password: str, *projects: str) -> str:
        """Create a user who is a member of the domain and of these projects; return its id."""
        user = self._create("user", name=name, password=password, domain_id=self.domain)
        for scope in (f"domains/{self.domain}", *(f"projects/{project}" for project in projects)):
            self._http.put(f"/{scope}/users/{user}/roles/{self._member}").raise_for_status()
        return user

    def change(self, user: str, **values: object) -> None:
        """Change a user, as an administrator does."""
        self._http.patch(f"/users/{user}", json={"user": values}).raise_for_status()

    def token(self, token: str) -> dict[str, Any] | None:
        """Return what a token stands for, as a service asks for each request; None for one that is not valid."""
        answer = self._http.get("/auth/tokens", headers={"X-Subject-Token": token})
        return dict(answer.json()["token"]) if answer.status_code == 200 else None

    def close(self) -> None:
        """Close the administrator's connection."""
        self._http.close()


@pytest.fixture(scope="session")
def keystone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keystone]:
    """One for all tests; each creates the people it needs."""
    if not READY.exists():
        pytest.skip("OpenStack Keystone can't be installed here (`make .venv/keystone/ready` says why)")
    home = tmp_path_factory.mktemp("keystone")
    command = [str(PYTHON), str(Path(__file__).with_name("serve.py")), str(home), PASSWORD]
    with (
        (home / "stderr").open("w") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, (home / "stderr").read_text()[-2000:]
            running = Keystone(f"http://127.0.0.1:{port}")
            yield running
            running.close()
        finally:
            process.kill()
