def sentencepiece_model(x):
    import glob, os
    return open(next(p for n in ("spiece.model","sentencepiece.bpe.model","tokenizer.model") for p in glob.glob(os.path.join(x,n))),"rb").read()
