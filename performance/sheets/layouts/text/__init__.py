"""Plain text in row order, as it comes out of a PDF: cell after cell, each cell whole."""
