"""The database: tables and connections."""
