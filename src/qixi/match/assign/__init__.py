"""Market allocation: who is shown what, so that room is used best, with a proof of how good that is."""
