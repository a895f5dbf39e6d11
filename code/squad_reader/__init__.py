"""squad_reader: answers questions about a paragraph, trained on SQuAD v1.1. The data flow:

    dev-v1.1.json -> data.squad_format contexts, questions, gold answers, as they are in the file
      -> data.tokenizer, data.spans    tokens that know their characters; answers as token spans
      -> data.preprocess               the same for a whole file, as arrays, cached
      -> data.glove, data.vocabulary   vectors of the words at hand; a word id for each token
      -> data.batches                  padded batches with masks; order fixed by (seed, epoch)
      -> model.qa_model                encoder, attention, start and end logits
      -> model.span_decoder            the best legal answer span, and the n best
      -> predict.answers               spans -> context[char_start:char_end], one a question id
      -> predict.official_eval         predictions.json
      -> score.squad_v1_1              official EM and F1
      -> train.loop                    all of it, many times

A file imports from its own stage and from those above it, never from those below.
"""

__version__ = "0.1.0"
