"""The page's pure parts, and what keeps the sandbox where it belongs: on loopback, and out of the bot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.sandbox.page import coach as page_coach
from bot.sandbox.page import dialogs as page_dialogs
from bot.sandbox.page import frame as page_frame
from bot.sandbox.page.messages import arranged, message_html, shortcut_menu
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.page.serve import MISSING, run_page
from bot.sandbox.slack.objects import Message, User, View
from bot.sandbox.stage.scene import CAST, Shortcut, build_workspace
from bot.sandbox.stage.situations import SITUATIONS
from bot.sandbox.stage.stage import DETAILS, Stage
from bot.sandbox.stage.tour import Tour

EVIL = "<script>alert(1)</script>"
READER = Reader(users={"U1": "alice"})
BOT = User("UB", "oms-bot", "T1", is_bot=True)
PEOPLE = {"U1": User("U1", "alice", "T1"), "UB": BOT}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com"])  # noqa: S104  # that is refused
def test_the_page_refuses_to_listen_to_others(host: str) -> None:
    """Whoever reaches the page rules the bot behind it."""
    with pytest.raises(ValueError, match="loopback only"):
        run_page(host=host, open_browser=False)


def test_without_nicegui_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra to install, and the terminal play that needs none."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(SystemExit, match="oms-bot demo --terminal") as refused:
        run_page(open_browser=False)
    assert str(refused.value) == MISSING


def test_the_page_is_offered_before_nicegui_is_imported() -> None:
    """An extra, which may be missing. That the bot itself carries nothing of the sandbox is asked in tests/docs."""
    asked = "import sys, bot.sandbox.page.serve; print('nicegui' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_replies_stand_under_their_message_and_orphans_alone() -> None:
    """A reply whose root was deleted is still shown."""
    root, reply = Message("C1", "1.0", "UB", "root"), Message("C1", "2.0", "UB", "reply", thread_ts="1.0")
    orphan = Message("C1", "3.0", "UB", "orphan", thread_ts="0.5")
    shown = arranged([orphan, reply, root], {})
    assert [(one.root.text, [r.text for r in one.replies]) for one in shown] == [
        ("root", ["reply"]),
        ("orphan", []),
    ]


def test_a_thread_is_open_unless_it_only_adds_to_its_card() -> None:
    """A card's details must not push its buttons out of sight; an ending is seen at once."""
    card = Message("C1", "1.0", "UB", "Pause?")
    details = Message(
        "C1", "2.0", "UB", "id", thread_ts="1.0", blocks=[{"type": "divider", "block_id": DETAILS}]
    )
    ending = Message("C1", "3.0", "UB", "Paused", thread_ts="1.0")
    [shown], [ended] = arranged([card, details], {}), arranged([card, details, ending], {})
    assert '<details class="thread"><summary>1 reply' in message_html(shown, PEOPLE, READER)
    assert '<details class="thread" open><summary>2 replies' in message_html(ended, PEOPLE, READER)
    assert "Reply in the thread" not in message_html(shown, PEOPLE, READER)
    assert "Reply in the thread" in message_html(shown, PEOPLE, READER, writable=True)


def test_a_message_shows_who_when_and_for_whom() -> None:
    """The bot is an APP; an ephemeral message says so; an edited one, too; a failed click is told beside it."""
    message = Message("C1", "1700000000.000100", "UB", "hello <@U1>", ephemeral_to="U1", edited="2.0")
    [shown] = arranged([message], {message.ts: "no answer"})
    html = message_html(shown, PEOPLE, READER)
    for words in ("oms-bot", "APP", "22:13", "Only visible to you", "(edited)", "@alice", "no answer"):
        assert words in html


def test_nothing_that_people_write_or_are_called_is_html() -> None:
    """Names and texts are escaped everywhere on the page."""
    people = {"U1": User("U1", EVIL, "T1")}
    [shown] = arranged([Message("C1", "1.0", "U1", EVIL)], {"1.0": EVIL})
    assert "<script" not in message_html(shown, people, READER)
    assert "<script" not in shortcut_menu([Shortcut(EVIL, EVIL)])


def test_the_sidebar_offers_everybodys_part() -> None:
    """One button a person; the one that is played is pressed."""
    world = build_workspace().world
    shown = page_frame.sidebar(list(world.channels.values()), world.users, world.user("gina"), "")
    assert shown.count('data-do="as"') == len(CAST)
    assert 'data-value="gina" aria-pressed="true"' in shown
    assert "ops" not in shown  # the guest is not in it


def test_the_guide_says_at_first_what_to_type_and_can_be_hidden() -> None:
    """A newcomer's first minute."""
    tour = Tour(Stage())
    assert "/oms pause demo media-42" in page_coach.coach(tour, READER, hidden=False, begun=False)
    assert "/oms pause demo media-42" not in page_coach.coach(tour, READER, hidden=False, begun=True)
    assert page_coach.coach(tour, READER, hidden=True, begun=False) == ""
    assert page_coach.situations(tour).count('data-do="situation"') == len(SITUATIONS)


def test_a_modal_is_a_form_and_shows_why_it_was_refused() -> None:
    """Title, blocks, submit and close, as the view says; errors stand at their inputs."""
    element = {"type": "plain_text_input", "action_id": "why"}
    block = {
        "type": "input",
        "block_id": "b",
        "label": {"type": "plain_text", "text": "Why?"},
        "element": element,
    }
    definition = {"type": "modal", "title": {"type": "plain_text", "text": "Pause"}, "blocks": [block]}
    definition["submit"] = {"type": "plain_text", "text": "Ask"}
    view = View("V1", "h", "U1", definition, "V1", errors={"b": "too short"})
    shown = page_dialogs.modal_html(view, READER, {"why": "so"})
    assert '<button type="submit" class="bk-button bk-primary">Ask</button>' in shown
    assert "too short" in shown
    assert 'value="so"' in shown  # what was typed is not lost


def test_a_menu_that_asks_the_bot_is_a_field_and_what_tells_at_once_is_marked() -> None:
    """What is typed into it is looked for when the modal is submitted."""
    task = {"type": "external_select", "action_id": "task", "initial_option": {"value": "17"}}
    place = {"type": "conversations_select", "action_id": "place", "initial_conversation": "C1"}
    label = {"type": "plain_text", "text": "?"}
    blocks = [
        {"type": "input", "block_id": "a", "label": label, "element": task},
        {"type": "input", "block_id": "b", "label": label, "element": place, "dispatch_action": True},
    ]
    shown = page_dialogs.modal_html(
        View("V1", "h", "U1", {"type": "modal", "title": label, "blocks": blocks}, "V1"), READER, {}
    )
    assert 'name="task"' in shown
    assert 'value="17"' in shown
    assert shown.count("data-dispatch") == 1


def test_a_confirmation_asks_in_the_words_of_the_button() -> None:
    """Title, text, and both answers, the harmless one first."""
    said = {key: {"type": "plain_text", "text": key.upper()} for key in ("title", "text", "confirm", "deny")}
    shown = page_dialogs.confirm_html(said | {"style": "danger"}, READER)
    assert shown.index(">DENY<") < shown.index(">CONFIRM<")
    assert "bk-danger" in shown
