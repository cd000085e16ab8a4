"""The sandbox as a web page."""
