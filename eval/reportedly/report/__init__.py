"""Results and records as pages and tables."""
