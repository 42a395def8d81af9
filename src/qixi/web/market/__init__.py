"""Pages where technologies and needs meet."""
