"""What is being decided: cases, their events, who takes part, and what they cause elsewhere."""
