"""What students read: the tables of literals, and what has to hold for every text of the course."""
