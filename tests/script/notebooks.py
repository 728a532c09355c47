"""Makes notebooks for the tests."""

from __future__ import annotations

import json
from typing import Any

CELLS = [
    ("markdown", "# My network\nIt does *not* learn."),
    ("code", "%matplotlib inline\nimport numpy as np\nfrom keras.models import Sequential\n"),
    ("code", "from keras.layers import Dense\n!nvidia-smi"),
    ("code", "model = Sequential()\nmodel.add(Dense(9, activation='relu', input_dim=4))\n"
             "model.add(Dense(3))  # 三个类别"),
    ("code", "%%bash\nls -l"),
    ("code", "model.compile(loss='categorical_crossentropy', optimizer='sgd')\n"
             "model.fit(x, y, epochs=4)"),
]  # fmt: skip


def notebook(
    cells: list[tuple[str, str]] = CELLS, *, indent: int | None = 1, one_string: bool = False
) -> str:
    """A notebook file of format 4, as Jupyter writes it."""
    made: list[dict[str, Any]] = []
    for kind, text in cells:
        source: Any = text if one_string else text.splitlines(keepends=True)
        cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"execution_count": 1, "outputs": [{"data": {"image/png": "iVBOR" * 50}}]}
        made.append(dict(sorted(cell.items())))
    whole = {"cells": made, "metadata": {"kernelspec": {}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=indent, ensure_ascii=False) + "\n"
