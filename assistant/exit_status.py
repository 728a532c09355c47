"""The exit status of every command."""

OK = 0  # healthy, or not sure
CAUSE = 1  # a cause was found
UNUSABLE = 2  # the input could not be used; one line on stderr says why
FAILED = 3  # unstuck itself failed
