"""``make chaos``: three replicas, everything that breaks, and a count of what really happened at Slack and OMS."""
