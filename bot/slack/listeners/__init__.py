"""What Bolt calls, one file a surface."""
