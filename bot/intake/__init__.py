"""Documents in, plan readings out: one reader per format, one grammar."""
