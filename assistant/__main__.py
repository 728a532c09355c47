"""``python -m assistant`` is ``unstuck``."""

from assistant.cli import main

raise SystemExit(main())
