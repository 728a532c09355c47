"""Samples of data sets of every kind: the right rows, few of them, and clear refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.errors import ProbeError
from probes.loading import columns, sampling
from probes.loading.columns import npz_columns
from probes.loading.data import Data, Wanted, load_data
from probes.loading.sampling import balanced_order, choose_rows, class_of_each


def numbered(rows: int, classes: int = 3) -> tuple[Any, Any]:
    """Rows that carry their own number, so that x can be held against y."""
    x = np.arange(rows * 4, dtype=np.float32).reshape(rows, 4)
    return x, np.arange(rows) % classes


def check_rows(data: Data, classes: int = 3) -> None:
    """Each sampled x row must come with its own label."""
    rows = data.train.x[0][:, 0].astype(int) // 4
    assert data.train.y is not None
    assert np.array_equal(data.train.y.reshape(-1).astype(int), rows % classes)


def load(path: Path, **wanted: Any) -> Data:
    return load_data(str(path), None, Wanted(**wanted), seed=0)


def key_of(path: Path, **wanted: Any) -> str:
    with pytest.raises(ProbeError) as caught:
        load(path, **wanted)
    return caught.value.key


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize(
    "names",
    [("x", "y"), ("X", "Y"), ("x_train", "y_train"), ("images", "labels"), ("arr_0", "arr_1")],
)
def test_npz_in_every_naming(tmp_path: Path, save: Any, names: tuple[str, str]) -> None:
    x, y = numbered(900)
    save(tmp_path / "d.npz", **{names[0]: x, names[1]: y})
    data = load(tmp_path / "d.npz")
    check_rows(data)
    assert data.rows == data.label_rows == 900
    assert data.labels is not None
    assert len(data.labels) == 900
    assert len(data.train) <= sampling.MAX_ROWS


def test_validation_arrays_are_taken_along(tmp_path: Path) -> None:
    x, y = numbered(60)
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_val=x[:20], y_val=y[:20])
    data = load(tmp_path / "d.npz")
    assert data.validation is not None
    assert len(data.validation) == 20


def test_several_inputs_by_number_and_by_name(tmp_path: Path) -> None:
    x, y = numbered(50)
    np.savez(tmp_path / "n.npz", x0=x, x1=x + 1, y=y)
    assert len(load(tmp_path / "n.npz").train.x) == 2
    np.savez(tmp_path / "k.npz", left=x, right=x + 1, y=y)
    data = load(tmp_path / "k.npz", inputs=("right", "left"))
    assert np.array_equal(data.train.x[0], data.train.x[1] + 1)


def test_npy_beside_its_labels(tmp_path: Path) -> None:
    x, y = numbered(80)
    np.save(tmp_path / "x_train.npy", x)
    np.save(tmp_path / "y_train.npy", y)
    check_rows(load(tmp_path / "x_train.npy"))
    check_rows(load(tmp_path))
    np.save(tmp_path / "answers.npy", y)
    check_rows(load(tmp_path / "x_train.npy", labels=str(tmp_path / "answers.npy")))


def test_fortran_order_is_read_as_it_was(tmp_path: Path) -> None:
    x, y = numbered(70)
    np.savez(tmp_path / "d.npz", x=np.asfortranarray(x), y=y)
    check_rows(load(tmp_path / "d.npz"))


def test_hdf5(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    x, y = numbered(200)
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file.create_dataset("x", data=x, chunks=(10, 4), compression="gzip")
        file.create_dataset("y", data=y)
    check_rows(load(tmp_path / "d.h5"))


def test_csv_with_and_without_a_named_target(tmp_path: Path) -> None:
    x, y = numbered(120)
    lines = [",".join(map(str, [*row, label])) for row, label in zip(x, y, strict=True)]
    (tmp_path / "d.csv").write_text("a,b,c,d,label\n" + "\n".join(lines))
    check_rows(load(tmp_path / "d.csv"))
    (tmp_path / "e.csv").write_text("a,b,c,d,kind\n" + "\n".join(lines))
    assert key_of(tmp_path / "e.csv") == "data-needs-target-column"
    check_rows(load(tmp_path / "e.csv", target="kind"))
    assert key_of(tmp_path / "e.csv", target="nowhere") == "data-needs-target-column"


def test_long_csv_is_sampled_along_its_whole_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from probes.loading import tables

    monkeypatch.setattr(tables, "WHOLE_FILE", 1 << 10)
    monkeypatch.setattr(tables, "BLOCK_BYTES", 1 << 8)
    x, y = numbered(5000)
    lines = [",".join(map(str, [*row, label])) for row, label in zip(x, y, strict=True)]
    (tmp_path / "d.csv").write_text("a,b,c,d,y\n" + "\n".join(lines))
    data = load(tmp_path / "d.csv")
    check_rows(data)
    seen = data.train.x[0][:, 0] / 4
    assert seen.min() < 500
    assert seen.max() > 4500
    assert data.labels is not None and len(data.labels) < 1000
    assert 4500 < data.rows < 5500
    assert data.label_rows == data.rows


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".joblib"])
def test_pickles_are_never_opened(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"d{suffix}"
    path.write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    assert key_of(path) == "data-pickle-refused"


def test_object_arrays_are_refused_by_name(tmp_path: Path) -> None:
    ragged = np.array([[1], [1, 2]], dtype=object)
    np.savez(tmp_path / "d.npz", x=ragged, y=[0, 1])
    with pytest.raises(ProbeError) as caught:
        load(tmp_path / "d.npz")
    assert (caught.value.key, caught.value.fields["name"]) == ("data-object-array", "x")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"junk"])
@pytest.mark.parametrize("name", ["d.npz", "d.npy", "d.h5"])
def test_damaged_files_are_unreadable(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert key_of(tmp_path / name) == "data-unreadable"


def test_header_that_promises_too_much_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((10, 2), dtype=np.float32))
    content = (tmp_path / "x.npy").read_bytes()
    lying = content.replace(b"(10, 2), }   ", b"(90000, 2), }")
    assert len(lying) == len(content) and lying != content
    (tmp_path / "x.npy").write_bytes(lying)
    assert key_of(tmp_path / "x.npy") == "data-unreadable"
    (tmp_path / "x.npy").write_bytes(content[:-8])
    assert key_of(tmp_path / "x.npy") == "data-unreadable"


def test_other_files_and_missing_ones(tmp_path: Path) -> None:
    (tmp_path / "d.xlsx").touch()
    assert key_of(tmp_path / "d.xlsx") == "data-kind-unknown"
    assert key_of(tmp_path / "nowhere.npz") == "data-missing"
    np.savez(tmp_path / "d.npz", weights=[1.0], bias=[2.0])
    assert key_of(tmp_path / "d.npz") == "data-no-arrays"


def test_lengths_are_told_apart(tmp_path: Path) -> None:
    x, y = numbered(50)
    np.savez(tmp_path / "d.npz", x=x, y=y[:40])
    data = load(tmp_path / "d.npz")
    assert (data.rows, data.label_rows) == (50, 40)


def test_a_streamed_file_is_read_only_as_far_as_classes_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shuffled rows: the head is enough. Ordered rows: on until the last class is met."""
    monkeypatch.setattr(sampling, "FIRST_WINDOW", 100 * 16)
    monkeypatch.setattr(sampling, "MAX_BYTES", 32 * 16)
    x = np.arange(4000, dtype=np.float32).reshape(1000, 4)
    shuffled, ordered = np.arange(1000) % 4, np.arange(1000) // 250
    reached = {}
    for name, y in (("shuffled", shuffled), ("ordered", ordered)):
        np.savez_compressed(tmp_path / f"{name}.npz", x=x, y=y)
        column = npz_columns(tmp_path / f"{name}.npz")["x"]
        assert column.streamed
        rows = choose_rows(class_of_each(y), (column,), 1000, 0, 32, 32 * 16)
        assert set(y[rows]) == {0, 1, 2, 3}
        reached[name] = int(rows.max())
    assert reached["shuffled"] < 128
    assert reached["ordered"] > 750


def test_stored_arrays_are_mapped_and_not_read(tmp_path: Path) -> None:
    """Taking few rows of a large stored array must not bring the array into memory."""
    import tracemalloc

    np.savez(tmp_path / "d.npz", x=np.zeros((4000, 50, 50), dtype=np.float32), y=np.zeros(4000))
    tracemalloc.start()
    npz_columns(tmp_path / "d.npz")["x"].take(np.arange(0, 4000, 400))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20  # the array takes 40 MB


@settings(max_examples=100, deadline=None)
@given(
    labels=st.lists(st.integers(0, 9), min_size=1, max_size=300),
    wanted=st.integers(8, 64),
    seed=st.integers(0, 5),
)
def test_samples_are_balanced_and_without_repeats(
    labels: list[int], wanted: int, seed: int
) -> None:
    classes = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    rows = choose_rows(classes, (), len(labels), seed, wanted)
    assert len(set(rows.tolist())) == len(rows)
    counts = np.bincount(classes[rows], minlength=int(classes.max()) + 1)
    have = np.bincount(classes)
    taken = counts[counts > 0]
    assert len(rows) == min(wanted, int(have[counts > 0].sum()))
    for count, there in zip(counts, have, strict=True):
        assert count == 0 or count == there or count >= taken.max() - 1


def test_rare_classes_survive_the_thinning_of_long_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many rows a random part is dealt out, and every row of a class that is rare."""
    monkeypatch.setattr(sampling, "DEALT", 512)
    classes = np.zeros(20_000, dtype=np.int64)
    classes[5_000:15_000] = 1
    classes[[7, 19_000, 19_990]] = 2
    for seed in range(5):
        rows = choose_rows(classes, (), len(classes), seed, 90)
        counts = np.bincount(classes[rows])
        assert counts[2] == 3
        assert abs(int(counts[0]) - int(counts[1])) <= 1
        assert len(set(rows.tolist())) == 90
        assert set(classes[rows[:3]]) == {0, 1, 2}


@pytest.mark.parametrize("values", [[3, 1, 1, 3], [3.0, 1.0, 1.0, 3.0], ["b", "a", "a", "b"]])
def test_classes_are_numbered_from_the_smallest(values: list[Any]) -> None:
    classes = class_of_each(np.array(values))
    assert classes is not None and classes.tolist() == [1, 0, 0, 1]
    far = class_of_each(np.array([0, 1, 10**15, 1] * 2))
    assert far is not None and far.tolist() == [0, 1, 2, 1] * 2
    assert class_of_each(np.array([0.0, np.nan, 1.0, 1.0])) is None


@given(rows=st.integers(1, 200), seed=st.integers(0, 3))
def test_order_is_a_permutation(rows: int, seed: int) -> None:
    assert sorted(balanced_order(None, rows, seed).tolist()) == list(range(rows))


@settings(max_examples=60, deadline=None)
@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    rows=st.lists(st.integers(0, 19), min_size=1, max_size=10, unique=True),
    compressed=st.booleans(),
    kind=st.sampled_from(["f4", "i8", "u1", "f2"]),
)
def test_any_rows_of_any_array_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    shape: list[int],
    rows: list[int],
    compressed: bool,
    kind: str,
) -> None:
    array = np.arange(20 * int(np.prod(shape))).reshape(20, *shape).astype(kind)
    place = tmp_path_factory.getbasetemp() / "any.npz"
    (np.savez_compressed if compressed else np.savez)(place, x=array)
    taken = columns.npz_columns(place)["x"].take(np.array(rows))
    assert np.array_equal(taken, array[rows])


@pytest.mark.slow
class TestWithTensorFlow:
    def test_image_folder_with_a_broken_file(self, tmp_path: Path) -> None:
        import tensorflow as tf

        for number, name in enumerate(("cat", "dog")):
            (tmp_path / "train" / name).mkdir(parents=True)
            picture = np.full((10, 12, 3), 40 + 150 * number, dtype=np.uint8)
            for count in range(6):
                data = tf.io.encode_png(picture).numpy()
                (tmp_path / "train" / name / f"{count}.png").write_bytes(data)
        (tmp_path / "train" / "dog" / "0.png").write_bytes(b"no picture")
        (tmp_path / "val").mkdir()
        (tmp_path / "val" / "cat").mkdir()
        (tmp_path / "val" / "cat" / "0.png").write_bytes(tf.io.encode_png(picture).numpy())
        data = load(tmp_path, shape=(8, 8, 3))
        assert data.class_names == ("cat", "dog")
        assert data.train.x[0].shape == (11, 8, 8, 3)
        assert data.train.y is not None
        assert np.array_equal(data.train.x[0][:, 0, 0, 0] > 100, data.train.y == 1)
        assert data.notes[0][0] == "image-broken"
        assert data.notes[0][1]["count"] == 1
        assert data.validation is not None

    def test_folder_without_images(self, tmp_path: Path) -> None:
        (tmp_path / "cat").mkdir()
        assert key_of(tmp_path) == "data-no-images"

    def test_saved_dataset_batched_and_single(self, tmp_path: Path) -> None:
        import tensorflow as tf

        x, y = numbered(90)
        for name, batch in (("single", None), ("batched", 16)):
            dataset = tf.data.Dataset.from_tensor_slices((x, y))
            (dataset.batch(batch) if batch else dataset).save(str(tmp_path / name))
            check_rows(load(tmp_path / name, shape=(4,)))
