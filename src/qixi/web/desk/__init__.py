"""Pages of officers: the board, acts on many cases at once, figures."""
