"""Set up an OpenStack Keystone in a folder and serve it on loopback; run by its own interpreter, not by ours.

Prints its port once it listens. The administrator is `admin` of the domain `Default`, with the password given.
"""

import multiprocessing
import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from keystone.cmd import cli

SETTINGS = """
[DEFAULT]
log_file = {home}/keystone.log
[cache]
# as every Keystone in use has one: without, each request reads all of a token's roles and projects anew
backend = dogpile.cache.memory
[database]
connection = sqlite:///{home}/keystone.sqlite3
[fernet_tokens]
key_repository = {home}/fernet
[fernet_receipts]
key_repository = {home}/fernet
[credential]
key_repository = {home}/credential
[identity]
password_hash_rounds = 4
[security_compliance]
lockout_failure_attempts = 5
"""


class Server(ThreadingMixIn, WSGIServer):
    """A thread for each request, as a login takes a while."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Does not write a line for each request."""

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def manage(settings: Path, *command: str) -> None:
    """Run one of Keystone's own set-up commands in a process of its own, as each reads the settings once.

    It is forked, for Keystone is slow to import; its output goes to stderr, as ours tells the port.
    """
    process = multiprocessing.get_context("fork").Process(target=_manage, args=(settings, *command))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def _manage(settings: Path, *command: str) -> None:
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    cli.main(["keystone-manage", "--config-file", str(settings), *command])


def main(home: Path, password: str) -> None:
    """Set up, then serve until killed."""
    settings = home / "keystone.conf"
    settings.write_text(SETTINGS.format(home=home), encoding="utf-8")
    owner = ("--keystone-user", str(os.getuid()), "--keystone-group", str(os.getgid()))
    manage(settings, "db_sync")
    manage(settings, "fernet_setup", *owner)
    manage(settings, "bootstrap", "--bootstrap-password", password)

    os.environ["OS_KEYSTONE_CONFIG_FILES"] = str(settings)
    del sys.argv[1:]  # Keystone would read them as its own
    from keystone.server.wsgi import initialize_public_application  # noqa: PLC0415  # it reads both

    server = make_server("127.0.0.1", 0, initialize_public_application(), Server, Quiet)
    print(server.server_port, flush=True)  # noqa: T201  # whoever started this reads it
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
