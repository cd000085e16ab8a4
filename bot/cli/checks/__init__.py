"""The parts of ``oms-bot check``: each looks at one thing and says what is right and wrong with it."""
