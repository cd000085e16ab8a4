"""How often one address may ask for a page of the bot's own."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Final

from cachetools import TTLCache

from bot.store.recent import Recent

REQUESTS_OF_ADDRESS: Final = 120  # within ADDRESS_WINDOW; an office may share one address
ADDRESS_WINDOW: Final = 600.0  # seconds


class AddressLimit:
    """Counts by client address what costs something on a *page*, at all replicas together; `clock` gives seconds.

    That an address has had its share is known here once it is counted here: who floods costs no database anything.
    """

    def __init__(self, page: str, recent: Recent, *, clock: Callable[[], float]) -> None:
        self._page = page
        self._recent = recent
        self._reached: TTLCache[str, bool] = TTLCache(10_000, ADDRESS_WINDOW, timer=clock)

    def is_reached(self, address: str) -> bool:
        """Tell whether the address has had its share."""
        return _network(address) in self._reached

    async def count(self, address: str) -> None:
        """Count one."""
        network = _network(address)
        times = await self._recent.times("address", self._page, network, seconds=ADDRESS_WINDOW)
        if times >= REQUESTS_OF_ADDRESS:
            self._reached[network] = True


def _network(address: str) -> str:
    """Return what one client can't easily change of its address: all of IPv4, the first half of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    # Where one socket takes both, an IPv4 client is written as an IPv6 one.
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
