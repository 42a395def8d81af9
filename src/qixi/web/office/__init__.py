"""Pages of operators: how the work in the background goes; the registers are in Django's admin."""
