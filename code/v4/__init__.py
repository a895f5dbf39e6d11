"""The baseline reader for the image abisee/cs224n-dfp:v4: Python 2.7 and TensorFlow 1.4.1.

`code/main.py` comes here under Python 2. The commands, the flags, the checkpoint folder and the
answers are those of `squad_reader`, and its tokenizer, span decoder and official score are used as
they are. What differs is how the model is written: as a TensorFlow 1 graph.

    squad.py          JSON -> contexts, questions, words; answers as token spans
    vectors.py        word ids, and GloVe's vectors of the words at hand
    batches.py        padded batches, by length
    graph.py          placeholders -> encoder, attention, start and end logits, loss
    checkpoint.py     the folder with config.json and weights, as squad_reader writes it
    official_eval.py  predictions.json
    train.py          steps, dev scores, checkpoints
    flags.py, main.py the command line

It also runs under Python 3 with TensorFlow 2 (`python -m v4.main` in `code/`), to debug it.
"""
