"""What everything of a running bot stands on."""

from __future__ import annotations

from collections.abc import Callable

from bot.audit import Audit
from bot.conversation.due import Due
from bot.conversation.freezes import Freezes
from bot.conversation.history import History
from bot.conversation.operations import Operations
from bot.conversation.watches import Watches
from bot.identity.keyring import KeyRing
from bot.identity.seals import Seals
from bot.metrics import Metrics, Observe
from bot.rejected_requests import RejectedRequests
from bot.settings.load import Settings
from bot.slack.repeated import Repeated
from bot.store import database
from bot.store.recent import Recent
from bot.text.languages import Language
from bot.tracing import Traces, both


class Foundation:
    """What everything stands on: the settings, the clock, the database and what is kept in it, the counts.

    `language` is the one that everybody reads; None where each reads their own.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float], traces: Traces) -> None:
        self.settings = settings
        self.clock = clock
        self.traces = traces
        self.language = Language(settings.texts.language) if settings.texts.language else None
        self.metrics = Metrics()
        self.engine = database.create_engine(settings.database_url.get_secret_value())
        self.ring = KeyRing.parse(settings.secret_keys)
        self.seals = Seals(self.ring)
        self.operations = Operations(self.engine, self.seals)
        self.freezes, self.history = Freezes(self.engine), History(self.engine)
        self.watches, self.due = Watches(self.engine), Due(self.engine)
        self.recent = Recent(self.engine, clock)
        self.repeated = Repeated(self.recent)
        self.audit = Audit(self.engine, clock)
        self.rejected = RejectedRequests(self.audit, self.metrics, clock)

    def observe(self, service: str) -> Observe:
        """Return what a client of *service* calls after each request: it is counted, and stands in the trace."""
        return both(self.metrics.observe(service), self.traces.observe(service))
