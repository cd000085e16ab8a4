"""A chat-ops bot that pauses Huawei Cloud object storage migrations from Slack."""
