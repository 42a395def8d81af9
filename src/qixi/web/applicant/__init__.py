"""Pages of whoever applies: cases of one's own, beginning one, acting in one."""
