"""Adam with the gradient clipped to a norm, which remembers the norms that the log shows.

The norms are part of the step's graph: fetching all weights to compute them took longer than
some steps.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="squad_reader")
class ClippedAdam(keras.optimizers.Adam):
    """`keras.optimizers.Adam` after `clip_by_global_norm`, as in the 2018 code.

    Keras' own `global_clipnorm` does the same, but does not give the norm.

    Args:
        learning_rate: step size.
        max_gradient_norm: gradients are scaled down to this norm if theirs is larger.
        **kwargs: passed to `keras.optimizers.Adam`. With `use_ema` and `ema_momentum` it keeps
            averages of the weights, beside them: from step to step `decay * average +
            (1 - decay) * weights`. The decay of step n is min(ema_momentum, (n - 1) / (n + 8)), so
            that the first weights, which are random, are soon forgotten.

    Attributes:
        gradient_norm: norm of the last gradient before clipping.
        weights_norm: norm of all weights after the last step.
    """

    def __init__(self, learning_rate=0.001, max_gradient_norm=5.0, epsilon=1e-8, **kwargs):
        super().__init__(learning_rate=learning_rate, epsilon=epsilon, **kwargs)
        self.max_gradient_norm = max_gradient_norm

    def build(self, variables):
        """Make Adam's moments, and the places for the norms."""
        super().build(variables)
        self.gradient_norm = self.add_variable((), dtype="float32", name="gradient_norm")
        self.weights_norm = self.add_variable((), dtype="float32", name="weights_norm")

    def apply(self, grads, trainable_variables=None):
        """Clip, then take Adam's step."""
        if not self.built:
            self.build(list(trainable_variables))
        # On TensorFlow the gradient of a lookup is sparse, with a row for each time that a word
        # was looked up. Stacking adds them up; the tables that train are small.
        grads = [ops.stack([grad])[0] for grad in grads]
        norm = global_norm(grads)
        self.gradient_norm.assign(norm)
        scale = self.max_gradient_norm / ops.maximum(norm, self.max_gradient_norm)
        super().apply([grad * scale for grad in grads], trainable_variables)
        self.weights_norm.assign(global_norm(self._trainable_variables))

    def _update_model_variables_moving_average(self, trainable_variables):
        """Called by Keras after each step, before it counts the step."""
        if self.use_ema:
            done = ops.cast(self.iterations, "float32")
            decay = ops.minimum(self.ema_momentum, done / (done + 9.0))
            for weight, average in zip(trainable_variables, self._averages(), strict=True):
                average.assign(decay * average + (1.0 - decay) * weight)

    def named_state(self):
        """What the next step depends on: all variables but the norms.

        Yields:
            name, variable; a name ends with the path of its weight, where it belongs to one.
        """
        yield "iterations", self.iterations
        yield "learning_rate", self._learning_rate
        for role, variables in (("momentum", self._momentums), ("velocity", self._velocities)):
            yield from self._by_weight(role + "/", variables).items()
        yield from self._by_weight("average/", self._averages()).items()

    def averages(self):
        """Path of a weight -> its average over the steps; none without `use_ema`."""
        return self._by_weight("", self._averages())

    def _averages(self):
        return self._model_variables_moving_average if self.use_ema else []

    def _by_weight(self, prefix, variables):
        paths = [prefix + weight.path for weight in self._trainable_variables if variables]
        return dict(zip(paths, variables, strict=True))

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "max_gradient_norm": self.max_gradient_norm}


def global_norm(tensors):
    """The square root of the sum of all squares; float32 scalar."""
    return ops.sqrt(sum(ops.sum(ops.square(ops.cast(each, "float32"))) for each in tensors))
