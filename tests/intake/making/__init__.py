"""Scripts that made the Word, Excel and PDF plans in tests/intake/plans/offices: `python -m tests.intake.making`."""
