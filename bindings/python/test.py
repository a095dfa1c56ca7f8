"""What the wheel finds, against what the library found: python test.py <texts> <found>."""

import json
import sys

from shouxin_detect import Detector, topics

FIELDS = ("start", "end", "type", "confidence", "rule", "check", "context", "class")


def lines(file):
    with open(file, encoding="utf-8") as text:
        return [json.loads(line) for line in text]


documents, native = lines(sys.argv[1]), lines(sys.argv[2])
assert documents and len(documents) == len(native)
detector, hits = Detector(), 0
for document, found in zip(documents, native):
    own = [{field: getattr(hit, field) for field in FIELDS} for hit in detector.detect(document["text"])]
    spans = [{field: span.get(field) for field in FIELDS} for span in found["spans"]]
    assert own == spans, document["id"]
    hits += len(own)

text = "👍请打13800138000联系我"
[hit] = detector.detect(text)
assert text[hit.start : hit.end] == "13800138000" and repr(hit) == 'Hit(3, 14, "PHONE")'
assert detector.redact(text) == "👍请打[PHONE]联系我"
assert detector.redact(text, operator="mask") == "👍请打***********联系我"
try:
    detector.redact(text, operator="hide")
    raise SystemExit("an unknown operator was taken")
except ValueError as error:
    assert "label, mask and remove" in str(error)
assert Detector(structured=True).detect("王建国在家") == []
assert topics("孩子5岁，发烧")[0].topic == "health"
print(f"{len(documents)} documents, {hits} hits: as the library finds them")
