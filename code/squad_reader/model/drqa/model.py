"""The DrQA document reader (Chen et al. 2017): word features, stacked LSTMs, bilinear ends.

    context words (W, T, D) and ReLU(W e) of them                           once for each context
      -> beside them the aligned question, exact match, term frequency  (B, T, 2D + 4)
      -> three BiLSTMs, all layers joined  (B, T, 6H)
    question words (B, J, D) -> three BiLSTMs, all layers joined -> weighted average  (B, 6H)
      -> start and end: two bilinear products of these two  (B, T)

The LSTMs of the context read the aligned question from their first layer on, so a context is read
anew for each of its questions, as it was published.

What is different from the paper:

- Parts of speech and named entities are left out: they need a tagger. In the paper's ablation
  (section 5.2) these and term frequency are together worth 0.8 F1.
- The third form of exact match is the stem and not the lemma.
- The vectors of the most frequent question words are GloVe's, an input here, plus an offset that
  begins at zero: they train as a copy of GloVe's would.
- Frequent words that GloVe lacks have vectors that train, and all others that it lacks share one.
- Dropout is 0.2, not 0.4 as in the authors' released code, since a text is read twice and not forty
  times; one mask serves all tokens of a text.
- Adam with averaged weights and a falling rate trains it, where the paper has Adamax.

Source:
    Chen et al. 2017, Reading Wikipedia to Answer Open-Domain Questions, section 3.2:
        https://arxiv.org/abs/1704.00051
"""

import keras
from keras import ops

from squad_reader.model.aligned_question import AlignedQuestion
from squad_reader.model.attentive_average import AttentiveAverage
from squad_reader.model.bilinear_pointer import BilinearPointer
from squad_reader.model.qa_model import QAModel
from squad_reader.model.stacked_bi_rnn import StackedBiRNN
from squad_reader.model.word_offsets import WordOffsets
from squad_reader.model.word_vectors import WordVectors


class DrQA(QAModel):
    """See above, and `QAModel`.

    Args:
        options: `DrQAOptions`.
        features: `ids`, `asked`, `exact` and `frequency`.
        seed: of the initial weights and of the dropout.
        **kwargs: passed to `keras.Model`.
    """

    def __init__(self, options, features, seed=42, **kwargs):
        super().__init__(options, features, seed, **kwargs)
        ids, asked = features["ids"], features["asked"]
        self.vector_size, self.exact_size = ids.size, features["exact"].size
        self.word_vectors = WordVectors(ids.size, len(ids.trained), seed=seed, name="word_vectors")
        self.word_offsets = WordOffsets(ids.size, len(asked.words), name="word_offsets")
        self.align = AlignedQuestion(ids.size, seed=seed + 1, name="align")
        hidden, layers, dropout = options.hidden_size, options.rnn_layers, options.dropout
        self.read_tokens = StackedBiRNN(
            hidden, layers, dropout=dropout, seed=seed + 10, name="read_tokens"
        )
        self.read_question = StackedBiRNN(
            hidden, layers, dropout=dropout, seed=seed + 20, name="read_question"
        )
        self.joined_size = 2 * hidden * layers
        self.average = AttentiveAverage(seed=seed + 30, name="average")
        self.start = BilinearPointer(self.joined_size, seed=seed + 31, name="start")
        self.end = BilinearPointer(self.joined_size, seed=seed + 32, name="end")
        self.dropouts = {
            side: keras.layers.SpatialDropout1D(dropout, seed=seed + place, name=f"{side}_dropout")
            for place, side in ((40, "context"), (41, "question"))
        }

    def build(self, inputs_shape=None):
        """Make all weights; no batch is needed for it."""
        size, joined = self.vector_size, (None, None, self.joined_size)
        self.word_vectors.build()
        self.word_offsets.build()
        self.align.build((None, None, size), (None, None, size))
        self.read_tokens.build((None, None, 2 * size + self.exact_size + 1))
        self.read_question.build((None, None, size))
        self.average.build(joined)
        self.start.build(joined, (None, self.joined_size))
        self.end.build(joined, (None, self.joined_size))
        self.built = True

    def _vectors(self, inputs, side, training):
        """Word vectors of contexts or questions, those of frequent question words tuned."""
        words = inputs[f"{side}_words"]  # (., L)
        offsets = self.word_offsets(ops.take(inputs["word_asked"], words, axis=0))  # (., L, D)
        vectors = self.word_vectors(inputs, words) + offsets  # (., L, D)
        return self.dropouts[side](vectors, training=training)

    def read_context(self, inputs, training=False):
        """What of a context does not depend on the question: its words."""
        vectors = self._vectors(inputs, "context", training)  # (W, T, D)
        return {
            "vectors": vectors,
            "keys": self.align.project(vectors),  # (W, T, D)
            "frequency": inputs["context_frequency"][..., None],  # (W, T, 1)
        }

    def score(self, context, inputs, training=False):
        """Read the context with the question in mind, and point at the answer."""
        question_mask, mask = inputs["question_mask"], context["context_mask"]
        question = self._vectors(inputs, "question", training)  # (B, J, D)
        aligned, weights = self.align(context["keys"], question, question_mask)  # (B, T, D)
        exact = ops.cast(inputs["pair_exact"], aligned.dtype)  # (B, T, 3)
        tokens = [context["vectors"], aligned, exact, context["frequency"]]
        tokens = ops.concatenate(tokens, axis=-1)  # (B, T, 2D + 4)
        tokens = self.read_tokens(tokens, mask, training=training)  # (B, T, 6H)
        asked = self.read_question(question, question_mask, training=training)  # (B, J, 6H)
        asked = self.average(asked, question_mask)  # (B, 6H)
        return {
            "start_logits": self.start(tokens, asked, mask),
            "end_logits": self.end(tokens, asked, mask),
            "attention": weights,
        }
