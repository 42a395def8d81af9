"""A generator of technologies and needs at the size of a province and of a nation, all of them invented."""
