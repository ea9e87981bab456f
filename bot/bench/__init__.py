"""Benchmarks, each a ratio against something bare measured in the same run."""
