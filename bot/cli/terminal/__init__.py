"""The terminal's door onto the conversation's rules: what ``oms-bot task`` does, step by step."""
