"""What a person sees: the sandbox page in a real browser."""
