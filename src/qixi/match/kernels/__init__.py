"""Compiled loops over sparse rows: single-threaded, without the interpreter's lock, so that callers thread them."""
