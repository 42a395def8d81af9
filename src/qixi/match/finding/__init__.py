"""Finding the candidates of needs, and scoring them in full: what batches and searches share."""
