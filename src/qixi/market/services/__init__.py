"""The only writer of the market: one function for each verb."""
