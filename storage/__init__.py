"""SQLAlchemy and nothing else: tables, queries by noun, migrations, the unit of work."""
