"""A Slack on this machine."""
