"""The programs that are compared with the bot; each is started as a process of its own."""
