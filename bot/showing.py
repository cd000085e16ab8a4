"""What is shown beside the cards, put together: watches, and who takes a slot that was freed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.beside import Beside, bind
from bot.conversation.slots import Slots
from bot.conversation.watching import Watching
from bot.slack.watch_telling import WatchTelling

if TYPE_CHECKING:
    from bot.conversation.authority import Authority
    from bot.conversation.durable import Durable
    from bot.conversation.ports import Cloud, Teller
    from bot.foundation import Foundation
    from bot.parts import SlackSide


class Showing:
    """What shows them, bound to the workflows of this process."""

    def __init__(
        self,
        base: Foundation,
        slack: SlackSide,
        *,
        authority: Authority,
        cloud: Cloud,
        teller: Teller,
        durable: Durable,
    ) -> None:
        timing, shown = base.settings.timing, WatchTelling(slack.workspaces, slack.readers)
        self.watching = Watching(
            every=timing.watch_every,
            authority=authority,
            cloud=cloud,
            watches=base.watches,
            teller=teller,
            shown=shown,
            durable=durable,
            clock=base.clock,
        )
        self.slots = Slots(
            seconds=timing.slot_watch,
            every=2 * timing.verify_every,
            authority=authority,
            cloud=cloud,
            operations=base.operations,
            teller=shown,
            durable=durable,
            clock=base.clock,
        )
        bind(Beside(watching=self.watching, slots=self.slots, teller=teller, durable=durable))
