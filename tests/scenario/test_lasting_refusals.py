"""What Slack will refuse again is told as such: the scope to the operator, whom to ask to the person."""

from __future__ import annotations

import asyncio

import pytest

from bot.cli.check import check
from bot.preparation import prepare
from bot.sandbox.serving import serve
from bot.settings import load as settings
from bot.slack import delivery
from bot.web import create_app
from tests.scenario.conftest import TASK, MakeWorld, World, buttons, said


@pytest.fixture(autouse=True)
def _nothing_logged_yet() -> None:
    delivery._LOGGED.clear()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"error": "missing_scope"}, "the app lacks the scope `users:read`"),
        ({"error": "user_not_found"}, "Slack knows nobody of your id in this workspace (user_not_found)"),
        (
            {"error": "team_access_not_granted"},
            "Slack refuses to tell me who you are (team_access_not_granted)",
        ),
        ({"status": 404}, "Slack refuses to tell me who you are (http_404)"),
    ],
)
async def test_whom_to_ask_is_told_and_nobody_is_sent_away_for_a_minute(
    world: World, fault: dict[str, object], words: str
) -> None:
    """At the command and at the click alike."""
    card = await world.card()
    world.slack.faults.add("users.info", times=None, **fault)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    told = said(await world.whispered(world.alice, words))
    assert "tell the bot's operator" in told
    assert "in a minute" not in told
    await world.confirm(card)
    assert "tell the bot's operator" in said(await world.told(card, words))
    assert world.stops() == 0


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"error": "missing_scope"}, "the app lacks the scope `chat:write`"),
        ({"error": "team_access_not_granted"}, "Slack didn't accept my message (team_access_not_granted)"),
        ({"status": 404}, "Slack didn't accept my message (http_404)"),
    ],
)
async def test_a_card_that_slack_never_takes_is_told_with_whom_to_ask(
    world: World, fault: dict[str, object], words: str
) -> None:
    """Through the command's own response_url, which takes no scope; no button offers what won't help."""
    for method in ("chat.postMessage", "chat.postEphemeral"):
        world.slack.faults.add(method, times=None, **fault)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    told = await world.whispered(world.alice, words)
    assert "tell the bot's operator" in said(told)
    assert buttons(told) == []


async def test_an_ending_that_lacks_a_scope_is_told_at_once_and_posted_when_the_app_has_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The click's own response_url carries it, with the cause; the thread has it after all."""
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.1)
    card = await world.card()
    for method in ("chat.postMessage", "chat.update", "chat.postEphemeral"):
        world.slack.faults.add(method, times=None, error="missing_scope")
    await world.confirm(card)
    told = said(await world.whispered(world.alice, "the app lacks the scope `chat:write`"))
    assert "OMS confirmed it at" in told
    world.slack.faults.clear()
    await world.told(card, "OMS confirmed it at")


async def test_the_operator_reads_of_the_scope_once_and_readiness_and_check_say_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the log, though every request meets it; in `oms-bot check`; at /readyz."""
    world.slack.faults.add("users.info", error="missing_scope", times=None)
    for _ in range(3):
        await world.type(world.alice, f"pause prod-sg {TASK}")
    await world.slack.wait_for(lambda: world.slack.ephemerals(world.alice)[2:], 5)
    assert capsys.readouterr().out.count("slack_refuses") == 1
    assert (await world.bot.readiness.faults()).get("slack") == "missing_scope"
    lines = [str(line) async for line in check()]
    assert any("✗ Slack: users.info is refused: missing_scope" in line for line in lines)


@pytest.mark.parametrize(
    ("key", "organisation", "words"),
    [
        ("E0ACME:U0ALICE", None, "can match nobody, as the bot is in no organisation"),
        ("E0OTHER:U0ALICE", "E0ACME", "can match nobody, as the bot is in the organisation E0ACME"),
        ("T0OTHER:U0ALICE", None, "can match nobody, as the bot is in the workspace"),
        ("E0ACME:U0ALICE", "E0ACME", ""),
        ("T0OTHER:U0ALICE", "E0ACME", ""),
    ],
)
async def test_a_user_whom_nobody_can_be_refuses_the_start(
    make_world: MakeWorld, key: str, organisation: str | None, words: str
) -> None:
    """As soon as Slack has said where the bot is; and `check` says the same."""
    async with make_world(start=False) as world:
        world.slack.world.enterprise_id = organisation
        world.config.write_text(world.config.read_text().replace("[users.U0ALICE]", f'[users."{key}"]'))
        checked = "\n".join([str(line) async for line in check()])
        assert (f"✗ users.{key} {words}" in checked) == bool(words)
        loaded, told = settings.load(), asyncio.get_running_loop().create_future()
        held = await asyncio.to_thread(prepare, loaded)
        async with serve(create_app(loaded, held, refuse=told.set_result)):
            if words:
                assert words in await asyncio.wait_for(told, 5)
            else:
                assert not told.done()
