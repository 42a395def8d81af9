"""`python -m bench`, see `make bench`."""

import sys

from bench.run import main

sys.exit(main())
