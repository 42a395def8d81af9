"""What is known of the market: read, never written."""
