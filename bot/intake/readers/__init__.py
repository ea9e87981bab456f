"""Readers: one for each kind of file, each giving a `Document` of lines and tables."""
