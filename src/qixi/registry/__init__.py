"""Who and what exists: people, organisations, their posts, administrative divisions."""
