"""Object Storage Migration Service."""
