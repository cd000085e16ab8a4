"""What migrates on the stage, and which keys open its buckets; all secrets are fakes."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.huawei.cloud import HuaweiCloud, Task
from bot.sandbox.huawei.oms_bandwidth import Policy, Window
from bot.sandbox.huawei.oms_groups import GroupDetails
from bot.sandbox.huawei.oms_syncs import SyncDetails
from bot.sandbox.huawei.oms_tasks import MIGRATING, PAUSED, WAITING

_GB, _MB = 10**9, 10**6
STAR = "media-42"
GROUP_ID = "5f0c1b7e-3a52-4d0e-9d53-0a4f6f2d8c11"
SYNC_ID = "8a1f2c9b-71d4-4f6c-8f5e-2b9c3d7e6a10"


@dataclass(frozen=True)
class Buckets:
    """Buckets of one side that the same keys open, under the name by which cards speak of them."""

    name: str
    side: Literal["source", "destination"]
    buckets: tuple[str, ...]
    azure: bool = False

    def secrets(self) -> dict[str, str]:
        """The environment variables that the bot finds the keys in."""
        prefix = self.name.upper().replace("-", "_")
        if self.azure:
            return {f"{prefix}_CONNECTION": f"AccountName={self.name};AccountKey=sandbox"}
        return {f"{prefix}_AK": f"AK{prefix}", f"{prefix}_SK": f"sandbox-{self.name}"}

    def as_toml(self) -> str:
        """The section of the bot's settings."""
        keys = ("connection_string",) if self.azure else ("access_key", "secret_key")
        lines = (f'{key} = "env:{name}"' for key, name in zip(keys, self.secrets(), strict=True))
        buckets = ", ".join(f'"{bucket}"' for bucket in self.buckets)
        head = f'\n[bucket_credentials.{self.name}]\nside = "{self.side}"\nbuckets = [{buckets}]\n'
        return head + "\n".join(lines) + "\n"

    def open(self, cloud: HuaweiCloud) -> None:
        """Let the buckets be opened by these keys alone."""
        secrets = tuple(self.secrets().values())
        if self.azure:
            cloud.add_keys(*self.buckets, connection_string=secrets[0])
        else:
            cloud.add_keys(*self.buckets, access_key=secrets[0], secret_key=secrets[1])


BUCKETS = (
    Buckets(
        "aws-media", "source", ("media-src", "invoices", "thumbs", "reports", "photos-src", "videos", "maps")
    ),
    Buckets("azure-logs", "source", ("logs",), azure=True),
    Buckets(
        "obs",
        "destination",
        (
            "media-dst",
            "invoices-obs",
            "logs-archive",
            "thumbs-obs",
            "reports-obs",
            "photos-dst",
            "videos-obs",
            "maps-obs",
        ),
    ),
)  # archive-2019 has none, nor has the sync task: how to resume without is worth seeing, too

TASKS: tuple[dict[str, Any], ...] = (
    {
        "name": STAR, "total_size": 400 * _GB, "complete_size": 165 * _GB, "speed": 420 * _MB,
        "src_bucket": "media-src", "dst_bucket": "media-dst",
    },
    {
        "name": "invoices-3", "total_size": 180 * _GB, "complete_size": 121 * _GB, "speed": 140 * _MB,
        "src_bucket": "invoices", "dst_bucket": "invoices-obs", "src_region": "eu-west-1",
    },
    {
        "name": "logs-7", "total_size": 90 * _GB, "complete_size": 22 * _GB, "speed": 95 * _MB,
        "src_cloud": "Azure", "src_bucket": "logs", "dst_bucket": "logs-archive", "src_region": "westeurope",
    },
    {
        "name": "archive-2019", "total_size": 900 * _GB, "speed": 60 * _MB, "status": WAITING,
        "src_bucket": "cold-store", "dst_bucket": "cold-obs", "enable_restore": True,
    },
    {
        "name": "thumbs-5", "total_size": 60 * _GB, "complete_size": 31 * _GB, "speed": 110 * _MB,
        "src_bucket": "thumbs", "dst_bucket": "thumbs-obs", "bandwidth": (Window("00:00", "23:59", 20 * _MB),),
    },
    {
        "name": "maps-1", "total_size": 75 * _GB, "complete_size": 12 * _GB, "speed": 45 * _MB,
        "src_bucket": "maps", "dst_bucket": "maps-obs",
    },
    {
        "name": "videos-9", "total_size": 650 * _GB, "speed": 120 * _MB, "status": WAITING,
        "src_bucket": "videos", "dst_bucket": "videos-obs",
    },
    {
        "name": "reports-2", "total_size": 120 * _GB, "complete_size": 88 * _GB, "speed": 70 * _MB, "status": PAUSED,
        "src_bucket": "reports", "dst_bucket": "reports-obs",
    },
)  # fmt: skip
GROUP: GroupDetails = {
    "description": "photos-2024", "src_bucket": "photos-src", "dst_bucket": "photos-dst",
}  # fmt: skip
CHILDREN: tuple[dict[str, Any], ...] = tuple(
    {
        "name": f"photos-2024-{number}", "total_size": 200 * _GB, "complete_size": done * _GB, "speed": 30 * _MB,
        "endless": True,
    }
    for number, done in enumerate((140, 90, 35), start=1)
)  # fmt: skip
SYNC: SyncDetails = {
    "description": "uploads", "objects": 41_250, "objects_per_second": 4, "src_bucket": "uploads-src",
}  # fmt: skip


def at_first(task: Task) -> tuple[int, Policy]:
    """Return the status and the policy that a task has when the curtain rises."""
    begun = next((one for one in TASKS if one["name"] == task.name), {})
    return begun.get("status", MIGRATING), begun.get("bandwidth", ())
