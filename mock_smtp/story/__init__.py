"""What a client did, told from its attempts: timelines, verdicts, duplicates, differences."""
