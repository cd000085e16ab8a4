"""What all sections of ``oms-bot.toml`` have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """What holds for all: no key that is not known, and no fault that quotes a secret."""

    # Built as a part of the whole, and not on its own before: that is twice as fast.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)
