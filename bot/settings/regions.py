"""The regions of Huawei Cloud in which OMS works, and what an operator may have meant by another name.

Source: region lists of the official SDK, oms_region.py and iam_region.py, 3.1.219. A region that is not here is no
fault by itself: Huawei opens new ones.
"""

from __future__ import annotations

from typing import Final

from bot.spelling import closest_names, fold

REGIONS: Final = (
    "af-south-1", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "cn-east-2", "cn-east-3", "cn-east-4", "cn-north-1", "cn-north-12", "cn-north-4", "cn-north-9", "cn-south-1",
    "cn-south-4", "cn-southwest-2", "la-north-2", "la-south-2", "me-east-1", "sa-brazil-1", "tr-west-1",
)  # fmt: skip
# IAM has no endpoint of its own in these; the global one issues their tokens.
REGIONS_WITHOUT_IAM: Final = frozenset({"cn-south-4", "ap-southeast-5"})
# The cities by which Huawei Cloud's console calls them, where one city is one region of today.
_CITIES: Final = {
    "johannesburg": "af-south-1", "hong kong": "ap-southeast-1", "bangkok": "ap-southeast-2",
    "singapore": "ap-southeast-3", "jakarta": "ap-southeast-4", "manila": "ap-southeast-5", "shanghai": "cn-east-3",
    "beijing": "cn-north-4", "ulanqab": "cn-north-9", "guangzhou": "cn-south-1", "guiyang": "cn-southwest-2",
    "mexico city": "la-north-2", "santiago": "la-south-2", "riyadh": "me-east-1", "sao paulo": "sa-brazil-1",
    "istanbul": "tr-west-1",
}  # fmt: skip


def meant_region(name: str) -> str | None:
    """Return the region that *name* may stand for: a city's, or one that is spelt nearly so; None if none is near."""
    if city := next((city for city in _CITIES if city in fold(name)), None):
        return _CITIES[city]
    return next(iter(closest_names(name.replace("_", "-"), list(REGIONS), limit=1)), None)
