"""A chat-ops bot that pauses Huawei Cloud object storage migrations from Slack."""

__version__ = "0.3.0"
