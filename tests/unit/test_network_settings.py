"""`[network]`: it goes before the environment, piece by piece; what can't be used or meant refuses the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.network import Outgoing
from bot.settings import load as settings
from tests.http_proxy import certificate
from tests.unit.setting_examples import MINIMAL, Write, fault

PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has set."""
    for name in ("HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def outgoing(configure: Write, section: str, **environment: str) -> Outgoing:
    """Return how others are reached with these settings."""
    configure(f"{MINIMAL}[network]\n{section}", **environment)
    return settings.load().outgoing


@pytest.mark.parametrize(
    ("section", "environment", "used"),
    [
        ("", {}, "no proxy"),
        ("", {"HTTPS_PROXY": PROXY}, "proxy proxy.example:3128 (HTTPS_PROXY)"),
        (f"proxy = '{PROXY}'", {}, "proxy proxy.example:3128 ([network])"),
        ("proxy = ' proxy.example:3128 '", {}, "proxy proxy.example:3128 ([network])"),
        (f"proxy = '{PROXY}'", {"HTTPS_PROXY": "http://other:1"}, "proxy proxy.example:3128 ([network])"),
        (f"proxy = '{PROXY}'", {"HTTPS_PROXY": "nonsense://"}, "proxy proxy.example:3128 ([network])"),
        (
            f"proxy = '{PROXY}'",
            {"NO_PROXY": "a.test, B.test"},
            "proxy proxy.example:3128 ([network]), but not to a.test, b.test",
        ),
        (
            "no_proxy = ['.internal', '10.0.0.0/8']",
            {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"},
            "proxy proxy.example:3128 (HTTPS_PROXY), but not to .internal, 10.0.0.0/8",
        ),
        (
            "no_proxy = []",
            {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"},
            "proxy proxy.example:3128 (HTTPS_PROXY)",
        ),
        (
            "proxy = 'env:COMPANY_PROXY'",
            {"COMPANY_PROXY": "http://bot:canary-Pa55word@proxy.example:3128"},
            "proxy proxy.example:3128 ([network])",
        ),
        ("no_proxy = ['*']", {}, "no proxy"),
    ],
)
def test_the_section_goes_before_the_environment(
    configure: Write, section: str, environment: dict[str, str], used: str
) -> None:
    """Each setting by itself; what it leaves open the environment says."""
    assert str(outgoing(configure, section, **environment)) == used


def test_nobody_is_reached_through_a_proxy_that_is_not_wanted(configure: Write) -> None:
    """Whatever the environment's is."""
    assert outgoing(configure, "no_proxy = ['*']", HTTPS_PROXY=PROXY).proxy_for("https://slack.com") is None


def test_a_password_in_the_file_is_counted_among_the_secrets_there_and_shown_nowhere(
    configure: Write,
) -> None:
    """A proxy without one is none."""
    configure(f"{MINIMAL}[network]\nproxy = 'http://bot:canary-Pa55word@proxy.example:3128'")
    loaded = settings.load()
    assert loaded.literal_secrets == ("network.proxy",)
    assert "canary" not in f"{loaded!r}{loaded.outgoing}"
    configure(f"{MINIMAL}[network]\nproxy = '{PROXY}'")
    assert settings.load().literal_secrets == ()


def test_an_authority_is_a_file_beside_the_settings(configure: Write, tmp_path: Path) -> None:
    """As with any other file that they name."""
    certificate(tmp_path, "localhost")
    assert outgoing(configure, "ca = 'authority.pem'").ca == tmp_path / "authority.pem"


@pytest.mark.parametrize(
    ("section", "environment", "expected"),
    [
        (
            "",
            {"HTTPS_PROXY": "socks5://u:canary@proxy.example"},
            "HTTPS_PROXY is not the URL of an HTTP proxy; write",
        ),
        (
            "proxy = 'socks5://u:canary@p'",
            {},
            "network.proxy is not the URL of an HTTP proxy; write it like http://p",
        ),
        ("proxy = 'http://'", {}, "network.proxy is not the URL of an HTTP proxy"),
        ("proxy = ''", {}, "network.proxy is not the URL of an HTTP proxy"),
        ("proxy = 'env:NOWHERE'", {}, "network.proxy refers to NOWHERE, which is not set"),
        ("proxy = 'env:P'", {"P": "ftp://canary"}, "network.proxy is not the URL of an HTTP proxy"),
        (
            f"proxy = '{PROXY}'\nno_proxy = ['.internal', '*']",
            {},
            'network.proxy is never used, since no_proxy has "*"; remove one of them',
        ),
        (
            f"proxy = '{PROXY}'",
            {"NO_PROXY": "*"},
            'network.proxy is never used, since NO_PROXY has "*"; remove one of them',
        ),
        (
            "no_proxy = ['.internal']",
            {},
            "network.no_proxy has no effect without a proxy; add proxy, or remove it",
        ),
        (
            f"proxy = '{PROXY}'\nno_proxy = ['https://vault.example']",
            {},
            "network.no_proxy.0 has 'https://vault.example', which is no host; write it like .example",
        ),
        (
            f"proxy = '{PROXY}'\nno_proxy = ['10.0.0.0/99']",
            {},
            "network.no_proxy.0 has '10.0.0.0/99', which is no",
        ),
        (f"proxy = '{PROXY}'\nno_proxy = ['a, b']", {}, "network.no_proxy.0 has 'a, b', which is no host"),
        (f"proxy = '{PROXY}'\nno_proxy = ['']", {}, "network.no_proxy.0 has '', which is no host"),
        ("ca = 'nowhere.pem'", {}, "nowhere.pem, which is not there; correct the path"),
        (
            "ca = 'oms-bot.toml'",
            {},
            "oms-bot.toml, which has no certificate in PEM in it; put the authority's there",
        ),
        ("ca = 'key.pem'", {}, "key.pem, which has no certificate in PEM in it"),
    ],
)
def test_what_cant_be_used_or_meant_refuses_the_start(
    configure: Write, tmp_path: Path, section: str, environment: dict[str, str], expected: str
) -> None:
    """In one sentence, which never shows a password."""
    certificate(tmp_path, "localhost")
    configure(f"{MINIMAL}[network]\n{section}", **environment)
    told = fault()
    assert expected in told
    assert "canary" not in told
