"""Readers for the image abisee/cs224n-dfp:v4: Python 2.7 and TensorFlow 1.4.1.

`code/main.py` comes here under Python 2. The commands, the flags, the checkpoint folder and the
answers are those of `squad_reader`, and its tokenizer, numbers of words, span decoder and official
score are used as they are. What differs is how the models are written: as TensorFlow 1 graphs. The
baseline trains and answers; the fusion reader answers with checkpoints of `squad_reader`.

    squad.py          JSON -> contexts, questions, words; answers as token spans
    vectors.py        word ids, and GloVe's vectors of the words at hand
    word_table.py     fusion: vector, letters and kinds of each word, and its first layer
    match.py          fusion: which words of a context its question has too
    batches.py        padded batches, by length
    layers.py         ops that both graphs are made of: GRU, masked softmax
    base_graph.py     what both graphs have: weights, placeholders, session
    graph.py          baseline: encoder, attention, start and end logits; training_graph.py: loss
    fusion_graph.py   fusion: all after the first layer, start and end logits
    models.py         a checkpoint's model -> its graph, and the rows that it reads
    checkpoint.py     the folder with config.json and weights, as squad_reader writes it
    official_eval.py  predictions.json
    train.py          steps, dev scores, checkpoints; training_data.py: what it trains on
    flags.py, main.py the command line

It also runs under Python 3 with TensorFlow 2 (`python -m v4.main` in `code/`), to debug it.
"""
