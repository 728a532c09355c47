"""What makes probes quick gives the same figures as the long way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.protocol import Subject
from probes.reporter import Reporter

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(48, 4)).astype(np.float32)
Y = (X.sum(1) > 0).astype(np.int64)


def net(**settings: Any) -> Any:
    import keras

    keras.utils.set_random_seed(0)
    dense = keras.layers.Dense
    return keras.Sequential([keras.Input((4,)), dense(5, "relu", **settings), dense(2, "softmax")])


class TestUpdates:
    """All weights in a row against one after the other."""

    def updated(self, optimizer: Any, model: Any, in_a_row: bool) -> list[Any]:
        from probes.apparatus.updates import updater

        variables = model.trainable_variables
        random = np.random.default_rng(1)
        if in_a_row:
            update = updater(optimizer, variables)
        for _ in range(3):
            given: list[Any] = [random.normal(size=v.shape).astype("float32") for v in variables]
            given[1] = None
            if in_a_row:
                update(given)
            else:
                optimizer.apply(given, variables)
        return [np.array(variable) for variable in variables]

    @pytest.mark.parametrize(
        ("name", "settings"),
        [
            ("SGD", {"momentum": 0.9, "nesterov": True, "clipvalue": 0.5}),
            ("Adam", {"global_clipnorm": 0.1, "amsgrad": True}),
            ("Adam", {"clipnorm": 0.1}),
            ("RMSprop", {"centered": True}),
            ("Nadam", {}),
            ("Lamb", {}),
        ],
    )
    def test_gives_the_same_weights(self, name: str, settings: dict[str, Any]) -> None:
        import keras

        def made() -> Any:
            return getattr(keras.optimizers, name)(learning_rate=0.05, **settings)

        alone, row = (self.updated(made(), net(), way) for way in (False, True))
        for one, other in zip(alone, row, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
        assert not np.allclose(row[0], np.array(net().trainable_variables[0]))

    def test_constraints_hold(self) -> None:
        import keras

        model = net(kernel_constraint=keras.constraints.NonNeg())
        self.updated(keras.optimizers.SGD(1.0), model, in_a_row=True)
        assert np.array(model.trainable_variables[0]).min() >= 0

    def test_no_gradient_at_all_is_said(self) -> None:
        import keras

        from probes.apparatus.updates import updater

        model = net()
        update = updater(keras.optimizers.Adam(), model.trainable_variables)
        with pytest.raises(ValueError, match="gradient"):
            update([None] * 4)


class TestChains:
    def test_are_built_once_and_answer_alike(self, tmp_path: Path) -> None:
        import keras

        from probes.loading.chains import built_once

        add, path = keras.Sequential.add, tmp_path / "model.keras"
        net().save(path)
        usual = keras.models.load_model(path, compile=False)
        with built_once():
            quick = keras.models.load_model(path, compile=False)
        assert keras.Sequential.add is add
        assert len(quick.layers[0]._inbound_nodes) == 1
        np.testing.assert_array_equal(np.asarray(usual(X)), np.asarray(quick(X)))

    def test_without_a_shape_stay_unbuilt(self) -> None:
        import keras

        from probes.loading.chains import built_once

        config = keras.Sequential([keras.layers.Dense(3)]).get_config()
        with built_once():
            assert not keras.Sequential.from_config(config).built


class TestPasses:
    def test_a_loop_over_time_gives_the_same_as_a_graph(self) -> None:
        import keras

        from probes.apparatus.tracing import is_recurrent
        from probes.apparatus.training import predict
        from probes.apparatus.watching import watch

        keras.utils.set_random_seed(0)
        x = RANDOM.normal(size=(4, 6, 3)).astype(np.float32)
        layers = [keras.Input((6, 3)), keras.layers.Bidirectional(keras.layers.LSTM(4))]
        model = keras.Sequential([*layers, keras.layers.Dense(3, "relu")])
        assert is_recurrent(model)
        assert not is_recurrent(net())
        by_call = predict(model, (x,), by_call=True)
        np.testing.assert_allclose(predict(model, (x,)), by_call, rtol=1e-5, atol=1e-6)
        activities, outputs = watch(model, x)
        np.testing.assert_allclose(outputs, by_call, rtol=1e-5, atol=1e-6)
        assert activities[-1].dead == float((by_call.max(0) == 0).mean())

    def test_listeners_hear_every_call(self) -> None:
        import keras

        from probes.apparatus.training import predict
        from probes.apparatus.watching import all_leaves, wrapped

        model = keras.Sequential([keras.Input((6, 3)), keras.layers.GRU(4)])
        heard: list[Any] = []
        x = RANDOM.normal(size=(4, 6, 3)).astype(np.float32)
        with wrapped(all_leaves(model), lambda layer, given, out: heard.append(np.asarray(out))):
            predict(model, (x,))
        assert heard[0].shape == (4, 4)


class TestFeatures:
    def test_are_kept_for_copies_with_the_same_weights(self) -> None:
        import keras

        from probes.apparatus.features import FeatureMaker, fingerprint

        model = net()
        copied = keras.models.clone_model(model)
        assert fingerprint(copied) != fingerprint(model)
        copied.set_weights(model.get_weights())
        assert fingerprint(copied) == fingerprint(model)
        made = FeatureMaker(model)(X)
        assert FeatureMaker(copied)(X[:16]) is not made
        np.testing.assert_array_equal(FeatureMaker(copied)(X), made)
        np.testing.assert_allclose(made, np.asarray(model(X)), rtol=1e-5, atol=1e-6)
        copied.layers[0].set_weights([w + 1 for w in copied.layers[0].get_weights()])
        assert not np.allclose(FeatureMaker(copied)(X), made)


def test_what_was_trained_once_is_not_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from probes.apparatus import workshop
    from probes.apparatus.bench import open_bench
    from probes.apparatus.sharing import share
    from probes.experiments import tiny_batch_overfit, trial

    model = net()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.save(tmp_path / "model.keras")
    np.savez(tmp_path / "data.npz", x=X, y=Y)
    subject = Subject(model=str(tmp_path / "model.keras"), data=str(tmp_path / "data.npz"))
    trained: list[str] = []

    def counting(*args: Any, arm: str, **settings: Any) -> Any:
        trained.append(arm)
        return plain(*args, arm=arm, **settings)

    plain = workshop.train
    monkeypatch.setattr(workshop, "train", counting)
    report = Reporter(lambda kind, data: None, 60.0)
    bench = open_bench(subject, 0)
    own = tiny_batch_overfit.run(bench, {}, report)
    assert trained[0] == "own"
    faster = {"op": "set-learning-rate", "learning_rate": 0.05}
    arms = [{"name": "original"}, {"name": "faster", "changes": [faster]}]
    tried = trial.run(bench, {"arms": arms}, report)
    assert "original" not in trained
    assert trained[-1] == "faster"
    assert tried["arms"][0]["losses"] == own["runs"][0]["losses"]
    repaired = open_bench(Subject(subject.model, subject.data, changes=(faster,)), 0)
    share(repaired, bench)
    count = len(trained)
    assert repaired.original is bench.original
    looked = tiny_batch_overfit.run(repaired, {}, report)
    assert len(trained) == count, "the copy was trained in the trial"
    assert looked["runs"][0]["losses"] == tried["arms"][1]["losses"]
