"""The image and the compose file: what can be known of them without an engine to build with."""

from __future__ import annotations

import http.server
import re
import sys
import threading
from collections.abc import Iterator

import pytest
import yaml

from bot.settings.load import Environment
from tests.deploy import dockerfiles, tools
from tests.docs.documents import ROOT, read

COMPOSE = "deploy/docker/compose.yml"


def test_hadolint_has_nothing_to_say() -> None:
    """The linter of Dockerfiles, with all its rules."""
    assert tools.said_by(tools.program("hadolint"), str(dockerfiles.DOCKERFILE)) == (0, "")


def test_the_image_is_made_of_hashed_requirements_and_files_that_are_there() -> None:
    """From a base image by its name alone; nothing else of the folder is even sent to the engine."""
    found = list(dockerfiles.instructions())
    bases = [rest.split()[0] for word, rest in found if word == "FROM"]
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:\$\{PYTHON\}-slim-\w+", base) for base in bases)
    assert any(
        "--require-hashes" in rest and "-r requirements.txt" in rest for word, rest in found if word == "RUN"
    )
    sent = set(re.findall(r"(?m)^!(\S+)$", read(".dockerignore")))
    copied = {rest.split()[0] for word, rest in found if word == "COPY" and not rest.startswith("--from")}
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)
    assert read(".dockerignore").splitlines()[1] == "*"


def test_no_start_of_the_image_compiles_anything() -> None:
    """What pip installs is compiled by it; the bot and the library of this Python, which comes without, are not."""
    compiled = [
        rest.split()[-1]
        for word, rest in dockerfiles.instructions()
        if word == "RUN" and "compileall" in rest
    ]
    assert compiled == ["bot", "/usr/local/lib"]
    assert dockerfiles.environment()["PYTHONDONTWRITEBYTECODE"] == "1"


def test_the_image_runs_as_a_number_that_is_not_root_s() -> None:
    """Kubernetes can't tell whether a name is root's. Nothing runs as root after that."""
    words = [word for word, _ in dockerfiles.instructions()]
    [user] = [rest for word, rest in dockerfiles.instructions() if word == "USER"]
    uid, gid = map(int, user.split(":"))
    assert uid >= 1000 <= gid
    assert "RUN" not in words[words.index("USER") :]


@pytest.fixture
def health() -> Iterator[tuple[str, list[int]]]:
    """A server that answers /healthz with the status in the list; its port and the list."""
    answers = [200]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            self.send_response(answers[0] if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield str(server.server_port), answers
        server.shutdown()
        thread.join()


def test_the_health_check_tells_a_bot_that_answers_from_one_that_does_not(
    health: tuple[str, list[int]],
) -> None:
    """At the port that is set, without a program that a slim image lacks."""
    port, answers = health
    python, *arguments = dockerfiles.command("HEALTHCHECK")
    assert python == "python"

    def check(port: str) -> int:
        return tools.said_by(sys.executable, *arguments, environment={"PORT": port})[0]

    assert check(port) == 0
    answers[0] = 500
    assert check(port) == 1
    assert check("1") == 1


def test_compose_is_what_its_specification_says() -> None:
    """Each key, each network and each secret."""
    told = tools.run("read_compose.py", str(ROOT / COMPOSE))
    assert told == {"faults": [], "services": ["bot", "database"]}


def test_compose_gives_the_bot_its_secrets_as_files_and_nothing_to_write_to() -> None:
    """And the database to nobody but the bot."""
    compose = yaml.safe_load(read(COMPOSE))
    service, database = compose["services"]["bot"], compose["services"]["database"]
    fields = {name.upper() for name in Environment.model_fields}
    assert service["environment"].keys() <= fields
    files = {value for value in service["environment"].values() if value.startswith("file:")}
    assert files == {f"file:/run/secrets/{name}" for name in service["secrets"]}
    assert {*service["secrets"], *database["secrets"]} == compose["secrets"].keys()
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert "ports" not in database
    assert compose["networks"]["back"] == {"internal": True}
    build = ROOT / "deploy/docker" / service["build"]["context"]
    assert build.resolve() == ROOT
    assert (build / service["build"]["dockerfile"]).is_file()
