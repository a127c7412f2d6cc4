"""Forms: one project each, its cells beside or under their labels, its indicators in a block."""
