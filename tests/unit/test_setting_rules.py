"""What is valid piece by piece and can't be meant together refuses the start."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from bot.settings import load as settings
from tests.unit.setting_examples import ALICE, KEY, MINIMAL, Write, fault, faults

# --- approvals -----------------------------------------------------------------------------------------

USERS = st.lists(st.from_regex(r"[UW][A-Z0-9]{3,6}", fullmatch=True), max_size=4, unique=True)
GROUPS = st.lists(st.from_regex(r"S[A-Z0-9]{3,6}", fullmatch=True), max_size=1)


@given(st.integers(0, 5), USERS, GROUPS)
@hypothesis.settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_approvals_that_nobody_could_give_refuse_the_start(
    configure: Write, approvals: int, people: list[str], groups: list[str]
) -> None:
    """Every pause of the project would wait until it expires."""
    rules = f"approvals = {approvals}\napprovers = {people + groups}\n"
    configure(MINIMAL + rules, OMS_BOT_SECRET_KEYS=KEY)
    if approvals and people and not groups and approvals > len(people):
        assert (
            f"approvals is {approvals}, but approvers names {len(people)}; name more, or lower it" in fault()
        )
    else:
        assert settings.load().projects["prod-sg"].approvals == approvals


def test_approvers_alone_may_be_meant_otherwise(configure: Write) -> None:
    """Whoever forgets `approvals` would have nobody asked; who only wants them to unfreeze says so."""
    configure(MINIMAL + 'approvers = ["U0BOB"]\n', OMS_BOT_SECRET_KEYS=KEY)
    assert "add approvals = 1, or = 0 if they are only who may unfreeze" in fault()
    configure(MINIMAL + 'approvers = ["U0BOB"]\napprovals = 0\n', OMS_BOT_SECRET_KEYS=KEY)
    assert settings.load().projects["prod-sg"].approvers == {"U0BOB"}


# --- projects ------------------------------------------------------------------------------------------

SAME = MINIMAL.replace("prod-sg", "other")


def test_a_project_may_have_two_aliases_with_the_same_rules(configure: Write) -> None:
    """Also where one of them writes down what the other leaves to be derived."""
    endpoint = 'oms_endpoint = "https://oms.ap-southeast-3.myhuaweicloud.com/"\n'
    rules = 'channels = ["C1", "C2"]\n'
    configure(MINIMAL + rules + SAME + 'channels = ["C2", "C1"]\n' + endpoint)
    assert set(settings.load().projects) == {"prod-sg", "other"}


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ('channels = ["C1"]', "channels"),
        ("approvals = 1", "approvals"),
        ('oms_endpoint = "https://oms.example"', "oms_endpoint"),
        ('iam_endpoint = "https://iam.example"', "iam_endpoint"),
    ],
)
def test_one_project_with_two_sets_of_rules_refuses_the_start(configure: Write, rule: str, name: str) -> None:
    """The stricter one would hold for those only who type its alias."""
    other = SAME.replace("2c0689c860ad", "2C0689C860AD")
    for toml in (MINIMAL + rule + other, MINIMAL + other + rule):
        configure(toml)
        assert fault() == (
            f"projects.other has the id of projects.prod-sg and another {name}, "
            "which alias or id would then choose; give both the same, or remove one"
        )


def test_an_alias_that_is_the_id_of_another_project_refuses_the_start(configure: Write) -> None:
    """People may type either."""
    configure(MINIMAL + "[projects.2c0689c860ad4728a497c91ec0844383]\nid = 'p'\nregion = 'r'")
    assert "is the id of projects.prod-sg, so it would mean either; rename it" in fault()


# --- many workspaces -----------------------------------------------------------------------------------

MANY = {
    "SLACK_CLIENT_ID": "1000.2000",
    "SLACK_CLIENT_SECRET": "canary-client",
    "OMS_BOT_SECRET_KEYS": KEY,
    "PUBLIC_URL": "https://bot.example",
    "ALICE_IAM_PASSWORD": "canary-Pa55word",
}


@given(
    st.from_regex(r"[UW][A-Z0-9]{3,8}", fullmatch=True), st.from_regex(r"[CDG][A-Z0-9]{3,8}", fullmatch=True)
)
@hypothesis.settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_with_many_workspaces_an_id_without_one_refuses_the_start(
    configure: Write, person: str, channel: str
) -> None:
    """It would be somebody else in each of them. The sentence says how to write it."""
    restricted = MINIMAL + f'channels = ["{channel}"]\napprovals = 1\napprovers = ["{person}"]\n'
    configure(restricted + ALICE.replace("U0ALICE", person), **MANY)
    assert [(f'"T0123:{person}"' in f, f'"T0123:{channel}"' in f) for f in faults()] == [
        (True, False),
        (False, True),
        (True, False),
    ]


def test_with_many_workspaces_ids_with_one_are_understood(configure: Write) -> None:
    """A project looks to each workspace as if only its own ids stood there; and "nobody" never becomes "anybody"."""
    configure(
        MINIMAL
        + 'channels = ["T1:C1", "T2:C2"]\napprovals = 1\napprovers = ["T1:U1", "E1:S1"]\n'
        + ALICE.replace("U0ALICE", '"T1:U0ALICE"')
        + '[installs]\nteams = ["T1"]\nenterprises = ["E1"]\n',
        **MANY,
    )
    loaded = settings.load()
    [project] = loaded.projects.values()
    assert project.seen_from("T1").channels == {"C1", "T2:C2"}
    assert project.seen_from("E1").approvers == {"T1:U1", "S1"}
    assert project.seen_from("T3").channels == {"T1:C1", "T2:C2"}
    assert loaded.installs.allow("T1", None)
    assert loaded.installs.allow("T7", "E1")
    assert not loaded.installs.allow("T7", None)
    assert not loaded.installs.allow(None, None)


def test_without_installs_nobody_may_install(configure: Write) -> None:
    """Silence is no consent."""
    configure(**MANY)
    assert not settings.load().installs
    configure(MINIMAL + '[installs]\nteams = ["C1"]\n', **MANY)
    assert "is no id; write a workspace's id" in fault()


def test_who_would_be_told_of_approvals_that_nobody_asks_for_refuses_the_start(configure: Write) -> None:
    """Else somebody relies on it."""
    configure(MINIMAL + 'notify = ["S0AWAKE"]\n', OMS_BOT_SECRET_KEYS=KEY)
    assert (
        "projects.prod-sg.notify has no effect without approvals; add approvals = 1, or remove it" in fault()
    )


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("break_glass = 5\n", "break_glass has no effect without approvals; add approvals = 1, or remove it"),
        ("approvals = 1\nbreak_glass = -1\n", "break_glass is not valid"),
    ],
)
def test_going_ahead_alone_where_nobody_else_is_asked_refuses_the_start(
    configure: Write, rules: str, words: str
) -> None:
    """Nobody finds out at night."""
    configure(MINIMAL + rules, OMS_BOT_SECRET_KEYS=KEY)
    assert words in fault()
