"""What casework decides by itself, without a database."""
