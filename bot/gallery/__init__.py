"""What the bot can show, in every state, with example values.

It is measured, pictured, and shown to Slack by ``oms-bot check --blocks``.
"""
