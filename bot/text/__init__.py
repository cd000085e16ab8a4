"""Every sentence that a person can read, one module a language."""
