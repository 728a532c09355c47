"""Writes the figures of a training as each framework prints them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

Row = dict[str, float]


def keras_figure(value: float) -> str:
    """Four decimals, or an exponent below 0.001, as Keras's progress bar prints."""
    return f"{value:.4f}" if value != value or abs(value) > 1e-3 else f"{value:.4e}"


def _pairs(row: Row, between: str = " - ", equals: str = ": ") -> str:
    return between.join(f"{name}{equals}{keras_figure(value)}" for name, value in row.items())


def _old(row: Row) -> Row:
    return {name.replace("accuracy", "acc"): value for name, value in row.items()}


def keras2_bar(rows: Sequence[Row]) -> str:
    out = []
    for i, row in enumerate(rows):
        out.append(f"Epoch {i + 1}/{len(rows)}")
        out.append(f" 12/23 [=====>......] - ETA: 4s - loss: 9.9999 - acc: 0.{i:04d}")
        out.append(f"23/23 [==============================] - 1s 3ms/step - {_pairs(_old(row))}")
    return "\n".join(out)


def keras1_verbose2(rows: Sequence[Row]) -> str:
    lines = [f"Epoch {i + 1}/{len(rows)}\n36s - {_pairs(_old(r))}" for i, r in enumerate(rows)]
    return "\n".join(lines)


def tf_verbose2(rows: Sequence[Row]) -> str:
    return "\n".join(
        f"Epoch {i + 1}/{len(rows)}\n46/46 - 188s - {_pairs(row)} - 188s/epoch - 4s/step"
        for i, row in enumerate(rows)
    )


def keras3_colours(rows: Sequence[Row]) -> str:
    out = []
    for i, row in enumerate(rows):
        bar = "\x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m3s\x1b[0m 49ms/step"
        by_name = dict(sorted(row.items()))
        out.append(f"Epoch {i + 1}/{len(rows)}")
        part = (
            "\x1b[1m1/8\x1b[0m \x1b[37m━━━━━━━━\x1b[0m \x1b[1m2s\x1b[0m 400ms/step - loss: 9.9999"
        )
        out.append(f"\r{part}\r\x1b[1m8/8\x1b[0m {bar} - {_pairs(by_name)}")
    return "\n".join(out)


def tf_backspaces(rows: Sequence[Row]) -> str:
    out = []
    for i, row in enumerate(rows):
        out.append(f"Epoch {i + 1}/{len(rows)}")
        part = "1/8 [==>...........................] - ETA: 0s - loss: 9.9999 - accuracy: 0.4688"
        full = f"8/8 [==============================] - 1s 82ms/step - {_pairs(row)}"
        out.append("\r" + part + "\x08" * len(part) + "\r" + full)
    return "\n".join(out)


def translated_page(rows: Sequence[Row]) -> str:
    names = {
        "loss": "损失",
        "accuracy": "准确率",
        "val_loss": "val_loss",
        "val_accuracy": "val_acc",
    }
    out = []
    for i, row in enumerate(rows):
        renamed = {names.get(name, name): value for name, value in row.items()}
        word = f"第{i + 1}/{len(rows)}集" if i % 2 == 0 else f"史诗{i + 1}/{len(rows)}"
        out.append(f"  • {word}\n    • 724s-{_pairs(renamed, '-', ':')}")
    return "\n".join(out)


def csv_logger(rows: Sequence[Row]) -> str:
    head = "epoch," + ",".join(rows[0])
    body = [f"{i}," + ",".join(repr(row[n]) for n in rows[0]) for i, row in enumerate(rows)]
    return "\n".join([head, *body])


def data_frame(rows: Sequence[Row]) -> str:
    head = "   " + "  ".join(f"{name:>12}" for name in rows[0])
    body = [f"{i}  " + "  ".join(f"{row[n]:12.6f}" for n in rows[0]) for i, row in enumerate(rows)]
    return "\n".join([head, *body])


def _columns(rows: Sequence[Row]) -> dict[str, list[float]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def history_repr(rows: Sequence[Row]) -> str:
    return repr(_columns(rows))


def history_json(rows: Sequence[Row]) -> str:
    return json.dumps(_columns(rows), indent=1)


def history_numpy(rows: Sequence[Row]) -> str:
    columns = _columns(rows)
    lists = (
        f"'{n}': [" + ", ".join(f"np.float64({v!r})" for v in columns[n]) + "]" for n in columns
    )
    return "{" + ", ".join(lists) + "}"


def lightning(rows: Sequence[Row]) -> str:
    out = []
    for i, row in enumerate(rows):
        figures = ", ".join(f"{name}={keras_figure(value)}" for name, value in _old(row).items())
        head = f"Epoch {i}: 100%|██████████| 94/94 [00:05<00:00, 17.3it/s, v_num=0, "
        out.append(f"Epoch {i}:  50%|█████     | 47/94 [00:02<00:02, 17.3it/s, v_num=0, loss=9.9]")
        out.append(head + figures + "]")
    return "\r".join(out)


def pytorch_loop(rows: Sequence[Row]) -> str:
    names = {
        "loss": "Train Loss",
        "accuracy": "Train Acc",
        "val_loss": "Val. Loss",
        "val_accuracy": "Val. Acc",
    }

    def figure(name: str, value: float) -> str:
        return f"{100 * value:.2f}%" if "accuracy" in name else keras_figure(value)

    return "\n".join(
        f"Epoch: {i + 1:02} | Epoch Time: 0m 12s\n\t"
        + " | ".join(f"{names[n]}: {figure(n, v)}" for n, v in row.items())
        for i, row in enumerate(rows)
    )


FORMATS: dict[str, Callable[[Sequence[Row]], str]] = {
    f.__name__: f
    for f in (
        keras2_bar,
        keras1_verbose2,
        tf_verbose2,
        keras3_colours,
        tf_backspaces,
        translated_page,
        csv_logger,
        data_frame,
        history_repr,
        history_json,
        history_numpy,
        lightning,
        pytorch_loop,
    )
}
