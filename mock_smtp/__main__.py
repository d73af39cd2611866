"""`python -m mock_smtp`: start an inbox."""

from mock_smtp.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
