"""Plans written as tables: which table holds tasks, what its columns and rows mean, its tasks."""
