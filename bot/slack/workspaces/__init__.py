"""Many workspaces: installations, their tokens, and how they come and go."""
