"""What meets: what was shown to whom, introductions, events, and what came of them."""
