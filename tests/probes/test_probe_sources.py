"""Data as people have them: tables, folders by part, records, files with code of their own."""

from __future__ import annotations

import gzip
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.errors import ProbeError
from probes.loading import records
from probes.loading.columns import hdf5_columns, npz_columns
from probes.loading.data import Data, Wanted, load_data
from probes.loading.own_code import loaded_arrays
from probes.saved.keras_safety import outward_name
from probes.saved.saved_model import read_metadata
from tests.probes.test_probe_data import check_rows, key_of, load, numbered


def table(path: Path, header: str, rows: int = 90, separator: str = ",") -> None:
    x, y = numbered(rows)
    lines = [separator.join(map(str, [*row, label])) for row, label in zip(x, y, strict=True)]
    path.write_text("\n".join([header, *lines] if header else lines))


def test_a_csv_without_header_numbers_its_columns(tmp_path: Path) -> None:
    table(tmp_path / "d.csv", "")
    with pytest.raises(ProbeError) as caught:
        load(tmp_path / "d.csv")
    assert caught.value.fields["columns"] == "1, 2, 3, 4, 5"
    data = load(tmp_path / "d.csv", target="5")
    check_rows(data)
    assert data.rows == 90


def test_the_row_numbers_that_pandas_writes_are_no_feature(tmp_path: Path) -> None:
    x, y = numbered(60)
    lines = [",".join(map(str, [n, *row, y[n]])) for n, row in enumerate(x)]
    (tmp_path / "d.csv").write_text(",a,b,c,d,label\n" + "\n".join(lines))
    data = load(tmp_path / "d.csv")
    check_rows(data)
    assert data.train.x[0].shape[1] == 4


def test_a_table_for_a_model_with_an_input_a_column(tmp_path: Path) -> None:
    table(tmp_path / "d.csv", "a;b;c;d;label", separator=";")
    data = load(tmp_path / "d.csv", inputs=("c", "a"))
    assert [part.shape[1:] for part in data.train.x] == [(1,), (1,)]
    assert np.array_equal(data.train.x[0], data.train.x[1] + 2)


def test_a_column_of_text_is_the_input_of_a_text_model(tmp_path: Path) -> None:
    lines = [f'"good, word{n}",{n % 2}' for n in range(40)]
    (tmp_path / "d.csv").write_text("review,label\n" + "\n".join(lines))
    assert key_of(tmp_path / "d.csv") == "data-no-arrays"
    data = load(tmp_path / "d.csv", text=True)
    assert data.train.x[0].dtype.kind == "U"
    assert data.train.x[0][0, 0].startswith("good, word")


def test_noise_called_csv_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes(bytes(range(256)) * 20)
    assert key_of(tmp_path / "d.csv") == "data-unreadable"
    (tmp_path / "e.csv").write_text("")
    assert key_of(tmp_path / "e.csv") == "data-unreadable"


def test_parquet_without_pyarrow_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "d.parquet").touch()
    assert key_of(tmp_path / "d.parquet") == "data-needs-pyarrow"


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    x, y = numbered(600)
    names = [*"abcd", "kind"]
    written = pyarrow.table(dict(zip(names, [*x.T, y], strict=True)))
    parquet.write_table(written, tmp_path / "d.parquet", row_group_size=50)
    assert key_of(tmp_path / "d.parquet") == "data-needs-target-column"
    check_rows(load(tmp_path / "d.parquet", target="kind"))
    lists = pyarrow.table({"image": [row.tolist() for row in x], "label": y})
    parquet.write_table(lists, tmp_path / "l.parquet")
    assert load(tmp_path / "l.parquet", shape=(2, 2)).train.x[0].shape[1:] == (2, 2)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing")
    assert key_of(tmp_path / "broken.parquet") == "data-unreadable"


@pytest.mark.parametrize("held", ["val", "validation", "test"])
def test_a_folder_with_a_file_for_each_part(tmp_path: Path, held: str) -> None:
    x, y = numbered(80)
    np.savez(tmp_path / "train.npz", x=x, y=y)
    np.savez(tmp_path / f"{held}.npz", x=x[:20], y=y[:20])
    data = load(tmp_path)
    check_rows(data)
    assert data.validation is not None
    assert (data.rows, len(data.validation)) == (80, 20)


def test_validation_arrays_go_with_their_own_labels(tmp_path: Path) -> None:
    x, y = numbered(80)
    for name, values in (("x_train", x), ("y_train", y), ("x_val", x + 400), ("y_val", y + 1)):
        np.save(tmp_path / f"{name}.npy", values)
    data = load_data(str(tmp_path / "x_train.npy"), str(tmp_path / "x_val.npy"), Wanted(), 0)
    check_rows(data)
    assert data.validation is not None and data.validation.y is not None
    rows = data.validation.x[0][:, 0].astype(int) // 4 - 100
    assert np.array_equal(data.validation.y, rows % 3 + 1)


@pytest.mark.parametrize(
    "names",
    [("y0", "y1"), ("y_age", "y_name"), ("age", "name"), ("y_train_age", "y_train_name")],
)
def test_the_labels_of_one_of_several_outputs(tmp_path: Path, names: tuple[str, str]) -> None:
    x, y = numbered(60)
    np.savez(tmp_path / "d.npz", x=x, **{names[0]: y + 5, names[1]: y})
    check_rows(load(tmp_path / "d.npz", outputs=("age", "name"), output=1))
    other = load(tmp_path / "d.npz", outputs=("age", "name"), output=0)
    assert other.train.y is not None and other.train.y.min() == 5


def test_a_table_with_a_column_for_each_output(tmp_path: Path) -> None:
    x, y = numbered(60)
    rows = np.column_stack([x, y + 5, y]).astype(int)
    lines = [",".join(map(str, row)) for row in rows]
    (tmp_path / "d.csv").write_text("\n".join(["a,b,c,d,Age,y_name", *lines]))
    check_rows(load(tmp_path / "d.csv", outputs=("age", "name"), output=1))
    other = load(tmp_path / "d.csv", outputs=("age", "name"), output=0)
    assert other.train.y is not None and other.train.y.min() == 5


def test_an_array_of_any_name_beside_the_labels(tmp_path: Path) -> None:
    x, y = numbered(60)
    np.savez(tmp_path / "d.npz", spectra=x, labels=y)
    check_rows(load(tmp_path / "d.npz"))


# A Python file of the user's own


def own_file(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "own.py"
    start = "import numpy as np\nx = np.arange(240.).reshape(60, 4)\ny = np.arange(60) % 3\n"
    path.write_text(start + f"open({str(tmp_path / 'ran')!r}, 'w').close()\n" + body)
    return path


def test_a_python_file_is_run_only_with_consent(tmp_path: Path) -> None:
    path = own_file(tmp_path, "def load_data():\n    return x, y\n")
    assert key_of(path) == "data-needs-consent"
    assert not (tmp_path / "ran").exists()
    check_rows(load(path, trust=True))
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("returned", "held"),
    [
        ("x, y", 0),
        ("[x, y]", 0),
        ("{'x': x, 'y': y}", 0),
        ("(x, y), (x[:9], y[:9])", 9),
        ("x, y, x[:9], y[:9]", 9),
        ("x, x[:9], y, y[:9]", 9),
        ("x.tolist(), y.tolist()", 0),
        ("((x[i:i + 10], y[i:i + 10]) for i in range(0, 60, 10))", 0),
    ],
)
def test_what_a_loader_may_return(tmp_path: Path, returned: str, held: int) -> None:
    path = own_file(tmp_path, f"def load_data():\n    return {returned}\n")
    data = load(path, trust=True, shape=(4,))
    check_rows(data)
    assert (0 if data.validation is None else len(data.validation)) == held


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("def load_data():\n    raise OSError('no disk')\n", "data-file-fails"),
        ("def load_data():\n    import sys; sys.exit(3)\n", "data-file-fails"),
        ("def load_data(:\n", "data-file-fails"),
        ("def other():\n    return x, y\n", "data-file-without-loader"),
        ("def load_data():\n    return 3\n", "data-no-arrays"),
        ("def load_data():\n    return None\n", "data-no-arrays"),
        ("def load_data():\n    return x[:0], y[:0]\n", "data-no-arrays"),
    ],
)
def test_a_loader_that_fails_is_told(tmp_path: Path, body: str, key: str) -> None:
    assert key_of(own_file(tmp_path, body), trust=True) == key


def test_several_inputs_out_of_a_loader() -> None:
    x, y = numbered(20)
    found = loaded_arrays(([x, x], y))
    assert found is not None
    assert set(found) == {"x_train0", "x_train1", "y_train"}
    assert loaded_arrays(iter([x])) is None


# Files from strangers


def test_hdf5_links_into_other_files_are_left_out(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    x, y = numbered(40)
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = x
    (tmp_path / "raw.bin").write_bytes(x.tobytes())
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file["y"] = y
        file["x"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "x")
        file.create_dataset("images", x.shape, "f4", external=[(str(tmp_path / "raw.bin"), 0, 640)])
    assert list(hdf5_columns(tmp_path / "d.h5")) == ["y"]


def test_an_archive_that_lies_about_its_length_is_unreadable(tmp_path: Path) -> None:
    x, y = numbered(4000)
    np.savez_compressed(tmp_path / "d.npz", x=x, y=y)
    content = bytearray((tmp_path / "d.npz").read_bytes())
    content[2000:2400] = bytes(400)
    (tmp_path / "d.npz").write_bytes(content)
    assert key_of(tmp_path / "d.npz") in ("data-unreadable", "data-no-arrays")


def test_a_row_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (16, 90000000), }"
    with zipfile.ZipFile(tmp_path / "d.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
        archive.writestr("x.npy", data)
    assert key_of(tmp_path / "d.npz") == "data-unreadable"


def test_every_array_name_is_told_when_none_fits(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", first=np.zeros(3), second=np.zeros(4), third=np.zeros(5))
    assert set(npz_columns(tmp_path / "d.npz")) == {"first", "second", "third"}
    assert key_of(tmp_path / "d.npz") == "data-no-arrays"


@settings(max_examples=60, deadline=None)
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
@pytest.mark.parametrize("name", ["d.csv", "d.npy", "d.npz"])
def test_any_bytes_are_data_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(content)
    try:
        assert len(load(path).train) > 0
    except ProbeError as error:
        assert error.key.startswith("data-")


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_as_the_metadata_of_a_saved_model(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    for start in (b"", b"\x0a\x10\x1a\x04root\x2a"):
        (folder / "keras_metadata.pb").write_bytes(start + content)
        assert read_metadata(folder, 1 << 20) is None


@pytest.mark.parametrize(
    ("name", "leaves"),
    [("a/b.h5", False), ("../a", True), ("a/../../b", True), ("/etc/a", True), ("a..b", False),
     ("c:\\a", True), ("..\\a", True), ("block/conv", False)],
)  # fmt: skip
def test_names_that_leave_their_folder(name: str, leaves: bool) -> None:
    assert (outward_name(["fine", name]) is not None) == leaves


# TFRecord


@pytest.mark.slow
class TestRecords:
    """Examples written by TensorFlow itself."""

    def write(self, path: Path, features: Any, rows: int = 90, compression: str = "") -> None:
        import tensorflow as tf

        with tf.io.TFRecordWriter(str(path), compression) as writer:
            for row in range(rows):
                feature = {name: self.feature(value) for name, value in features(row).items()}
                example = tf.train.Example(features=tf.train.Features(feature=feature))
                writer.write(example.SerializeToString())

    def feature(self, value: Any) -> Any:
        import tensorflow as tf

        if isinstance(value, bytes):
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
        if isinstance(value, int):
            return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
        return tf.train.Feature(float_list=tf.train.FloatList(value=value))

    def row(self, row: int) -> Any:
        return np.arange(4 * row, 4 * row + 4, dtype=np.float32)

    def load(self, path: Path, **wanted: Any) -> Data:
        return load(path, **{"shape": (4,), **wanted})

    def test_figures_alone_and_in_shards(self, tmp_path: Path) -> None:
        for name in ("d.tfrecord", "s.tfrecord-00000-of-00002", "s.tfrecord-00001-of-00002"):
            self.write(tmp_path / name, lambda row: {"x": self.row(row), "label": row % 3})
        check_rows(self.load(tmp_path / "d.tfrecord"))
        check_rows(self.load(tmp_path))
        self.write(tmp_path / "z.tfrecord", lambda r: {"x": self.row(r), "y": r % 3}, 30, "GZIP")
        check_rows(self.load(tmp_path / "z.tfrecord"))

    def test_figures_by_name_and_tensors(self, tmp_path: Path) -> None:
        import tensorflow as tf

        def columns(row: int) -> dict[str, Any]:
            values = dict(zip("abcd", ([float(v)] for v in self.row(row)), strict=True))
            return {**values, "target": row % 3}

        self.write(tmp_path / "d.tfrecords", columns)
        check_rows(self.load(tmp_path / "d.tfrecords"))

        def tensors(row: int) -> dict[str, Any]:
            tensor = tf.io.serialize_tensor(tf.constant(self.row(row))).numpy()
            return {"signal": tensor, "class": row % 3}

        self.write(tmp_path / "t.tfrecord", tensors)
        check_rows(self.load(tmp_path / "t.tfrecord", shape=(None,)))

    def test_images_encoded_and_raw(self, tmp_path: Path) -> None:
        import tensorflow as tf

        def image(row: int, encode: bool) -> dict[str, Any]:
            pixels = np.full((6, 5, 3), 100 + row % 3, dtype=np.uint8)
            data = tf.io.encode_png(pixels).numpy() if encode else pixels.tobytes()
            return {"image/encoded": data, "image/class/label": row % 3, "image/height": 6}

        for encode in (True, False):
            path = tmp_path / f"{encode}.tfrecord"
            self.write(path, lambda row, encode=encode: image(row, encode), 30)
            data = load(path, shape=(6, 5, 3))
            assert data.train.x[0].shape == (30, 6, 5, 3)
            assert data.train.y is not None
            assert np.array_equal(data.train.x[0][:, 0, 0, 0], 100 + data.train.y)

    def test_cut_and_foreign_files(self, tmp_path: Path) -> None:
        self.write(tmp_path / "d.tfrecord", lambda row: {"x": self.row(row), "y": row % 3}, 20)
        content = (tmp_path / "d.tfrecord").read_bytes()
        (tmp_path / "cut.tfrecord").write_bytes(content[:-9])
        assert key_of(tmp_path / "cut.tfrecord") == "data-unreadable"
        for junk in (b"", b"hello", bytes(64), b"\xff" * 64, gzip.compress(b"hello" * 9)):
            (tmp_path / "junk.tfrecord").write_bytes(junk)
            assert key_of(tmp_path / "junk.tfrecord") == "data-unreadable"

    def test_a_long_file_is_not_walked_to_its_end(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(records, "WALKED", 30)
        self.write(tmp_path / "d.tfrecord", lambda row: {"x": self.row(row), "y": row % 3}, 300)
        data = self.load(tmp_path / "d.tfrecord")
        check_rows(data)
        assert data.train.x[0].max() < 4 * 30
