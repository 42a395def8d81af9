"""The HTML doors, by role: public, applicant, desk of officers, office of operators."""
