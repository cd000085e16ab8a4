"""What can be typed, and what is read of tasks for it."""
