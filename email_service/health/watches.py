"""What is watched."""
def stop_watching() -> None:
    """Stub."""
