"""A layer that learns how much of its input to change, and lets the rest through.

Source:
    Srivastava et al. 2015, Highway Networks: https://arxiv.org/abs/1505.00387
"""

import keras


@keras.saving.register_keras_serializable(package="squad_reader")
class Highway(keras.layers.Layer):
    """gate * ReLU(W x + b) + (1 - gate) * x, where gate = sigmoid(V x + c) (equation 3).

    Args:
        size: numbers in a vector, of the input as of the output (D).
        seed: of the initial weights.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, size, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.seed = size, seed
        self.change = self._dense("change", "relu", 0.0, 0)
        # Below zero, so that at first most of the input goes through (section 2.2).
        self.gate = self._dense("gate", "sigmoid", -1.0, 1)

    def _dense(self, name, activation, bias, place):
        seed = None if self.seed is None else 10 * self.seed + place
        return keras.layers.Dense(
            self.size,
            activation,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
            bias_initializer=keras.initializers.Constant(bias),
            name=name,
        )

    def build(self, inputs_shape=None):
        """Make the weights."""
        self.change.build((None, self.size))
        self.gate.build((None, self.size))

    def call(self, inputs):
        """Change vectors, each on its own.

        Args:
            inputs: float, (..., D).

        Returns:
            float, (..., D).
        """
        gate = self.gate(inputs)
        return gate * self.change(inputs) + (1.0 - gate) * inputs

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "size": self.size, "seed": self.seed}
