"""What scripts/benchmark.py is made of: a file a part, and what they share."""
