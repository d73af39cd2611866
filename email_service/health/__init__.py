"""Whether the service is well: for people and alarms, for orchestrators, for Prometheus."""
