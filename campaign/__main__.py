"""`python -m campaign`."""

import sys

from campaign.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
