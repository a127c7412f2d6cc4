"""The auditor's pages, and the history of one entry of the library."""
