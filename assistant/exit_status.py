"""The exit status of every command."""

OK = 0  # healthy, or nothing found that is sure
CAUSE = 1  # a cause was found
#: The input could not be used, or lacks what a verdict takes (a loss that is not known, a file of
#: code without consent), so nothing was judged; one line on stderr says why.
UNUSABLE = 2
FAILED = 3  # unstuck itself failed
