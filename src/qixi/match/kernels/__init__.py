"""Compiled loops over sparse rows: single-threaded, without the interpreter's lock; callers thread them."""
