"""A simulated market: what comes of lists of favourites, and of allocations, where the truth is known."""
