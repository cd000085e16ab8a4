"""How often one address may ask for a page of the bot's own."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Final

from cachetools import TTLCache

REQUESTS_OF_ADDRESS: Final = 120  # within ADDRESS_WINDOW; an office may share one address
ADDRESS_WINDOW: Final = 600.0  # seconds


class AddressLimit:
    """Counts by client address, in this process, what costs something; `clock` gives seconds."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._counts: TTLCache[str, list[int]] = TTLCache(10_000, ADDRESS_WINDOW, timer=clock)

    def is_reached(self, address: str) -> bool:
        """Tell whether the address has had its share."""
        return self._counts.get(_network(address), [0])[0] >= REQUESTS_OF_ADDRESS

    def count(self, address: str) -> None:
        """Count one."""
        self._counts.setdefault(_network(address), [0])[0] += 1


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
