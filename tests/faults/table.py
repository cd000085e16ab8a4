"""The fault matrix: all rows, by what breaks. `document` writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.faults.at_the_call import AT_THE_CALL
from tests.faults.named_huawei import OF_VERBS, ON_THE_WAY
from tests.faults.named_process import CROWDED, KILLED, STARTED
from tests.faults.named_slack import AS_A_STEP, BY_SOCKET, DELIVERED, SAID_BY_SLACK
from tests.faults.named_store import LINKED, SEVERAL, STORED
from tests.faults.of_causes import OF_CAUSES
from tests.faults.of_codes import OF_CODES
from tests.faults.readings import AFTER_THE_CALL, AT_THE_CLICK, BEFORE_THE_CARD, OF_THE_CREDENTIAL
from tests.faults.row import Row
from tests.faults.slack import OF_SLACK


@dataclass(frozen=True)
class Section:
    """A table of the document; `about` stands above it. `by_database`: each row says for which databases it is."""

    title: str
    rows: Sequence[Row]
    about: str = ""
    by_database: bool = False


SECTIONS: Final = (
    Section(
        "OMS, at the call",
        AT_THE_CALL,
        "What was answered to the one call that changes something. In small print: the deeds that each was tried with; "
        "`all` is one decision on many, of which each ends as it would alone.",
    ),
    Section(
        "OMS, by its codes",
        OF_CODES,
        "All that OMS's catalogue has, whichever call is answered so. A code that is not in it is told as what its HTTP status means.",
    ),
    Section(
        "OMS, before the card",
        BEFORE_THE_CARD,
        "When a command is read; nobody is asked anything, and nothing is called.",
    ),
    Section("OMS, at the click and after the call", (*AT_THE_CLICK, *AFTER_THE_CALL)),
    Section("IAM and the credential", OF_THE_CREDENTIAL),
    Section("Other causes, wherever they are met", OF_CAUSES),
    Section("Other verbs, groups, timed resumes, the terminal", OF_VERBS),
    Section("On the way to Huawei Cloud", ON_THE_WAY),
    Section("Slack, when something is due to it", OF_SLACK),
    Section("What Slack says or does not say", SAID_BY_SLACK),
    Section("What Slack delivers", DELIVERED),
    Section("Steps of workflows", AS_A_STEP),
    Section("The WebSocket", BY_SOCKET),
    Section("Killed, stopped, upgraded", KILLED, by_database=True),
    Section("The start", STARTED),
    Section("The database", STORED, by_database=True),
    Section("Replicas and clocks", SEVERAL, by_database=True),
    Section("Links and keys", LINKED),
    Section("The public port, and file descriptors", CROWDED),
)
