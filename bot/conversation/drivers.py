"""What may drive a task, as it is stored with it. Pure."""

from typing import Final

TASK_GROUP: Final = "task group"
SYNC_TASK: Final = "sync task"
