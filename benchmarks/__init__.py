"""What the portal costs beside a stock Django admin: `make bench` writes RESULTS.md."""
