"""The plan of a batch on several machines: blocks of needs done by the nodes of a Ray cluster."""
