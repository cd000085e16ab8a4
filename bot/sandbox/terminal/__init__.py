"""The demo in a terminal: the main job played with the real bot, and then a prompt."""
