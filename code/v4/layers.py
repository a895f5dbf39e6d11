"""Ops of TensorFlow 1 that several graphs are made of.

B texts, L tokens, H hidden size; masks are float, 1 at real tokens and 0 at padding.
"""

from __future__ import division, unicode_literals

import tensorflow

tf = getattr(tensorflow.compat, "v1", tensorflow)  # the second is TensorFlow 1.4

MASKED_LOGIT = -1e30
GRU_PARTS = ("kernel", "recurrent_kernel", "bias")


def product(inputs, kernel):
    """(A, B, N) x (N, M) -> (A, B, M)."""
    shape = tf.shape(inputs)
    flat = tf.matmul(tf.reshape(inputs, [-1, shape[2]]), kernel)
    outputs = tf.reshape(flat, [shape[0], shape[1], -1])
    outputs.set_shape([None, None, kernel.shape[1]])
    return outputs


def product_of_parts(parts, kernel):
    """[(A, B, N1), (A, B, N2), ...] side by side, x (N1 + N2 + ..., M) -> (A, B, M)."""
    products, first = [], 0
    for part in parts:
        last = first + int(part.shape[2])
        products.append(product(part, kernel[first:last]))
        first = last
    return sum(products[1:], products[0])


def masked_logits(logits, mask):
    """`logits`, but `MASKED_LOGIT` where the mask, which is broadcast, is 0."""
    return logits * mask + MASKED_LOGIT * (1.0 - mask)


def best_logits(logits, mask):
    """The highest logit over the last axis; 0 where the mask, which is broadcast, has no 1."""
    return tf.reduce_max(masked_logits(logits, mask), -1) * tf.reduce_max(mask, -1)


def masked_softmax(logits, mask):
    """Softmax over the last axis; 0 where the mask, which is broadcast, is 0."""
    return tf.nn.softmax(masked_logits(logits, mask)) * mask


def both_ways(inputs, lengths, forward, backward):
    """GRUs of both directions: (L, B, D) -> hidden states side by side, (L, B, 2H).

    Args:
        inputs: float32, (L, B, D).
        lengths: int32, (B,). What stands beyond them in the outputs has no meaning.
        forward, backward: `GRU_PARTS` of each direction.
    """
    backwards = tf.reverse_sequence(inputs, lengths, seq_axis=0, batch_axis=1)
    first = gru(inputs, *forward)  # (L, B, H)
    last = gru(backwards, *backward)
    last = tf.reverse_sequence(last, lengths, seq_axis=0, batch_axis=1)
    return tf.concat([first, last], 2)


def gru(inputs, kernel, recurrent_kernel, bias):
    """One direction: (L, B, D) -> hidden states (L, B, H).

    The reset gate is applied after the recurrent product, as in cuDNN and in Keras.

    Args:
        inputs: float32, (L, B, D).
        kernel, recurrent_kernel, bias: (D, 3H), (H, 3H) and (2, 3H).
    """
    length, hidden_size = tf.shape(inputs)[0], int(recurrent_kernel.shape[0])
    gates_in = tf.TensorArray(tf.float32, length).unstack(product(inputs, kernel) + bias[0])

    def step(time, hidden, outputs):
        update_in, reset_in, new_in = tf.split(gates_in.read(time), 3, axis=1)  # (B, H) each
        recurrent = tf.matmul(hidden, recurrent_kernel) + bias[1]  # (B, 3H)
        update_by, reset_by, new_by = tf.split(recurrent, 3, axis=1)
        update, reset = tf.sigmoid(update_in + update_by), tf.sigmoid(reset_in + reset_by)
        new = tf.tanh(new_in + reset * new_by)
        hidden = update * hidden + (1.0 - update) * new
        return time + 1, hidden, outputs.write(time, hidden)

    zeros = tf.zeros([tf.shape(inputs)[1], hidden_size])
    start = (tf.constant(0), zeros, tf.TensorArray(tf.float32, length))
    outputs = tf.while_loop(lambda time, *_: time < length, step, start)[2].stack()
    outputs.set_shape([None, None, hidden_size])
    return outputs
