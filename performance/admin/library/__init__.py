"""Years and their tables, the review settings, and requests for indicators."""
