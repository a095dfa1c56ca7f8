"""What Presidio and jionlp find in a labelled file, for `cargo xtask bench detect --peers`.

detect.py presidio|jionlp IN.jsonl OUT.jsonl

Writes a line {"id", "spans": [{"start", "end", "type"}]} for each document, with the kinds' words of ours, and
prints {"speed": MB/s of this process's own time} for the finding alone. Presidio runs with spaCy's blank pipelines:
the models for names and places that it would load are in no package registry.
"""

import json
import sys
import time

PRESIDIO_KINDS = {
    "PERSON": "PERSON",
    "LOCATION": "ADDRESS",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "CREDIT_CARD": "BANK_CARD",
    "IBAN_CODE": "BANK_CARD",
    "US_BANK_NUMBER": "BANK_CARD",
    "IP_ADDRESS": "IP",
    "MAC_ADDRESS": "MAC",
    "US_PASSPORT": "PASSPORT",
    "UK_PASSPORT": "PASSPORT",
    "US_SSN": "ID_CARD",
    "DATE_TIME": "DOB",
}


def presidio():
    """A finder made of Presidio's own recognisers, for both languages."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    # The list of domains that the package brings: it would look for a newer one at every start.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    tldextract.extract = tldextract.tldextract.TLD_EXTRACTOR

    languages = ["zh", "en"]

    class Blank(SpacyNlpEngine):
        def load(self):
            self.nlp = {language: spacy.blank(language) for language in languages}

    engine = Blank(models=[{"lang_code": language, "model_name": "blank"} for language in languages])
    engine.load()
    registry = RecognizerRegistry(supported_languages=languages)
    registry.load_predefined_recognizers(languages=languages, nlp_engine=engine)
    analyzer = AnalyzerEngine(
        nlp_engine=engine, registry=registry, supported_languages=languages, default_score_threshold=0.35
    )

    def find(document):
        for hit in analyzer.analyze(document["text"], language=document["lang"]):
            kind = PRESIDIO_KINDS.get(hit.entity_type)
            if kind is not None:
                yield hit.start, hit.end, kind

    return find


def jionlp():
    """A finder made of every extractor of jionlp that gives one of our kinds."""
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()):
        import jionlp as jio

    extractors = [
        ("EMAIL", jio.extract_email),
        ("ID_CARD", jio.extract_id_card),
        ("IP", jio.extract_ip_address),
        ("PLATE", jio.extract_motor_vehicle_licence_plate),
        ("WECHAT", jio.extract_wechat_id),
        ("QQ", jio.extract_qq),
    ]

    def find(document):
        text = document["text"]
        for hit in jio.extract_phone_number(text, detail=True):
            yield *hit["offset"], "LANDLINE" if hit["type"] == "landline_phone" else "PHONE"
        for kind, extract in extractors:
            for hit in extract(text, detail=True):
                yield *hit["offset"], kind

    return find


def apart(spans):
    """The longest of those that overlap, by start."""
    kept = []
    for start, end, kind in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end, kind))
    return [{"start": start, "end": end, "type": kind} for start, end, kind in sorted(kept)]


def main():
    name, source, target = sys.argv[1:]
    find = {"presidio": presidio, "jionlp": jionlp}[name]()
    with open(source, encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines if line.strip()]
    # The first document pays for what is loaded late.
    list(find(documents[0]))
    begun = time.process_time()
    found = [apart(find(document)) for document in documents]
    spent = time.process_time() - begun
    with open(target, "w", encoding="utf-8") as out:
        for document, spans in zip(documents, found):
            out.write(json.dumps({"id": document["id"], "spans": spans}) + "\n")
    size = sum(len(document["text"].encode()) for document in documents)
    print(json.dumps({"speed": size / spent / 1e6}))


if __name__ == "__main__":
    main()
