"""All needs against all technologies: both directions in one pass, block by block, into Parquet files."""
