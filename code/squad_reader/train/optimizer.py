"""Adam with the gradient clipped to a norm, which remembers the norms that the log shows."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="squad_reader")
class ClippedAdam(keras.optimizers.Adam):
    """`keras.optimizers.Adam` after `clip_by_global_norm`, as in the seed.

    Keras' own `global_clipnorm` does the same, but keeps the norm to itself.

    Args:
        learning_rate: step size.
        max_gradient_norm: gradients are scaled down to this norm if theirs is larger.
        **kwargs: passed to `keras.optimizers.Adam`.

    Attributes:
        gradient_norm: norm of the last gradient before clipping.
    """

    def __init__(self, learning_rate=0.001, max_gradient_norm=5.0, epsilon=1e-8, **kwargs):
        super().__init__(learning_rate=learning_rate, epsilon=epsilon, **kwargs)
        self.max_gradient_norm = max_gradient_norm

    def build(self, variables):
        """Make Adam's moments, and the place for the norm."""
        super().build(variables)
        self.gradient_norm = self.add_variable((), dtype="float32", name="gradient_norm")

    def apply(self, grads, trainable_variables=None):
        """Clip, then take Adam's step."""
        if not self.built:
            self.build(list(trainable_variables))
        # On TensorFlow the gradient of a lookup is sparse, with a row for each time that a word
        # was looked up. Stacking adds them up; the tables that train are small.
        grads = [ops.stack([grad])[0] for grad in grads]
        norm = ops.sqrt(sum(ops.sum(ops.square(ops.cast(grad, "float32"))) for grad in grads))
        self.gradient_norm.assign(norm)
        scale = self.max_gradient_norm / ops.maximum(norm, self.max_gradient_norm)
        super().apply([grad * scale for grad in grads], trainable_variables)

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "max_gradient_norm": self.max_gradient_norm}
