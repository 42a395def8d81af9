"""One need at a time over an index, with filters, beside tantivy for the same needs in the same run."""
