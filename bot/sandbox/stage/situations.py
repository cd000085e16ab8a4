"""The situations worth trying, in the order in which they are offered."""

from bot.sandbox.stage.family import FAMILY
from bot.sandbox.stage.misfortunes import MISFORTUNES

SITUATIONS = (*MISFORTUNES, *FAMILY)
