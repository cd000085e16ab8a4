"""The story of an operation."""
