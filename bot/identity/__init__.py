"""Whose IAM credential a Slack user acts with."""
