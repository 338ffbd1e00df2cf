"""Systems that predict."""
