"""Learning weights and likelihoods from what came of shown pairs, and installing only what proved better."""
