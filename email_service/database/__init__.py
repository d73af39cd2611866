"""What stands between the service and its database: options, deadlines and the gate."""
