"""squad_reader: answers questions about a paragraph, trained on SQuAD v1.1. The data flow:

    dev-v1.1.json -> data.squad_format contexts, questions, gold answers, as they are in the file
      -> data.tokenizer, data.spans    tokens that know their characters; answers as token spans
      -> data.preprocess               the same for a whole file, as arrays, cached
      -> data.rows                     which part of which context is read for which question
      -> data.features, data.encoded   what a model reads of words, tokens and pairs, as numbers
      -> data.features.word_ids, glove the first feature: word ids, vectors of words as they come
      -> data.batches                  padded batches with masks
      -> data.batch_order              which rows share one; fixed by (seed, epoch)
      -> model.qa_model                the contract of all models: inputs, logits, loss
      -> model.baseline                one of them: encoder, attention, start and end logits
      -> graph.make                    models as ONNX graphs, which need no Keras to answer
      -> model.span_decoder            the best legal answer span, and the n best
      -> predict.answers               spans -> context[char_start:char_end], one a question id
      -> predict.reader                all of it for one question, or for many: `Reader`
      -> predict.official_eval         predictions.json
      -> score.squad_v1_1              official EM and F1; `squad_v2_0` where some have no answer
      -> report.report                 a page on prediction files: how good, how sure, where wrong
      -> serve.text_reader             a text of any length, on one scale; `ask` and `serve`
      -> train.loop                    all of it, many times

A file imports from its own stage and from those above it, never from those below.

In Python, `from squad_reader import Reader` gives the reader of a checkpoint (`predict.reader`),
and `TextReader` that of a text, with the probabilities of `ask` and `serve` (`serve.text_reader`).
"""

__version__ = "0.1.0"
__all__ = ["Architecture", "InputError", "Reader", "TextReader", "register"]

# Where these are: importing the package loads nothing, not even NumPy.
_PLACES = {
    "Architecture": "squad_reader.registry",
    "InputError": "squad_reader.errors",
    "Reader": "squad_reader.predict.reader",
    "TextReader": "squad_reader.serve.text_reader",
    "register": "squad_reader.registry",
}


def __getattr__(name):
    import importlib

    if name not in _PLACES:
        raise AttributeError("module 'squad_reader' has no attribute %r" % name)
    return getattr(importlib.import_module(_PLACES[name]), name)
