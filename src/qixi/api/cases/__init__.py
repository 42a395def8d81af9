"""Cases as programs see them: how they are shown, and what is done with them."""
