"""Entry of the probe process, started by path: ``PYTHON /path/to/probes/__main__.py [LOG]``.

Started by path, in whichever interpreter the user trains with, it makes this one package
importable and nothing that lies beside it: that interpreter's own TensorFlow, numpy and custom
layers are the ones to be looked at. No annotations and no new syntax here, so that an interpreter
that is too old can still say so.
"""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 10):  # noqa: UP036 - this file alone is run by any interpreter
        sys.stdout.write(
            '{"event": "failed", "job": null, "data": '
            '{"reason": "interpreter-too-old", "version": "' + sys.version.split()[0] + '"}}\n'
        )
        sys.exit(0)
    import os

    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib not yet safe
    # Python put this folder in front; its modules would hide others of the same name.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]  # noqa: PTH100

    import importlib.util

    spec = importlib.util.spec_from_file_location(
        "probes",
        os.path.join(here, "__init__.py"),  # noqa: PTH118
        submodule_search_locations=[here],
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["probes"] = package
    spec.loader.exec_module(package)

    from probes.process.start import main

    sys.exit(main(sys.argv[1:]))
