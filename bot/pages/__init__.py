"""The bot's own web pages."""
