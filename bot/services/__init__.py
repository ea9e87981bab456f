"""Use cases by noun: (session, actor, now, …) in, domain values and outbox rows out; never commit, never send."""
