"""The sections of ``oms-bot.toml`` that say where endings go besides Slack."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from bot.settings.kinds import ChannelId, Name, Secret, Url
from bot.settings.section import Section

PAGERDUTY: Final = "https://api.pagerduty.com"
ROOTLY: Final = "https://api.rootly.com"


class SignedWebhook(Section):
    """A receiver of CloudEvents."""

    type: Literal["webhook"]
    url: Url
    secret: Secret


class PagerDutyNotes(Section):
    """Notes on the incidents that channels belong to; `from` is who writes them there, by mail address."""

    type: Literal["pagerduty"]
    token: Secret
    from_: Name = Field(alias="from")
    channels: dict[ChannelId, str] = Field(min_length=1)
    url: Url = PAGERDUTY


class RootlyEvents(Section):
    """Events of the incidents that channels belong to."""

    type: Literal["rootly"]
    token: Secret
    channels: dict[ChannelId, str] = Field(min_length=1)
    url: Url = ROOTLY


OutcomeSettings = Annotated[SignedWebhook | PagerDutyNotes | RootlyEvents, Field(discriminator="type")]
