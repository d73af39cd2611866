"""The Email/Notifications microservice of day 4: accepts once, delivers at least once."""
