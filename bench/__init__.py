"""Benchmarks of the finished bot, side by side with what people would pick instead. Run ``python -m bench``."""
