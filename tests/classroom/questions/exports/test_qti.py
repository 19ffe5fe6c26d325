"""The QTI package: valid by the format's schema, every reference met, and read back.

Two truths: what the formats ask of each element (`qti_1_2.dtd`, `content_packaging_1_1.dtd`), and
what another program, made for Canvas, writes (`canvas_package.json`).
"""

import html
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from lxml import etree

from course_lib.classroom.questions.exports import qti
from tests.classroom.questions.exports import samples

Q = f"{{{qti.QTI}}}"
P = f"{{{qti.PACKAGE}}}"
SCHEMAS = {qti.QTI: "qti_1_2.dtd", qti.PACKAGE: "content_packaging_1_1.dtd"}


@pytest.fixture(scope="module")
def package() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(qti.export(samples.every(), "05 Inference")))


@pytest.fixture(scope="module")
def tests(package: zipfile.ZipFile) -> Element:
    manifest = ElementTree.fromstring(package.read("imsmanifest.xml"))
    resource = manifest.find(f"{P}resources/{P}resource")
    assert resource is not None and resource.get("type") == "imsqti_xmlv1p2"
    return ElementTree.fromstring(package.read(resource.get("href") or ""))


def test_the_manifest_names_every_file(package: zipfile.ZipFile) -> None:
    manifest = ElementTree.fromstring(package.read("imsmanifest.xml"))
    tags = [child.tag for child in manifest]
    assert tags == [f"{P}metadata", f"{P}organizations", f"{P}resources"]
    files = [file.get("href") for file in manifest.iter(f"{P}file")]
    assert sorted(package.namelist()) == sorted(["imsmanifest.xml", *map(str, files)])
    assert package.testzip() is None


def test_each_file_is_valid_by_its_formats_schema(package: zipfile.ZipFile) -> None:
    for name in package.namelist():
        assert complaints(package.read(name)) == [], name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"<resprocessing>", b"<resprocessing><material/>", id="a child too many"),
        pytest.param(b"<outcomes>", b"<outcomes><respcondition/>", id="a child elsewhere"),
        pytest.param(b' respident="response1"', b"", id="an attribute missing"),
        pytest.param(b'rcardinality="Single"', b'rcardinality="One"', id="an unknown value"),
        pytest.param(b"itemfeedback", b"feedback", id="an unknown element"),
        pytest.param(b"<item ", b'<item points="1" ', id="an unknown attribute"),
    ],
)
def test_the_schema_sees_a_fault(package: zipfile.ZipFile, old: bytes, new: bytes) -> None:
    (name,) = set(package.namelist()) - {"imsmanifest.xml"}
    text = package.read(name)
    assert old in text
    assert complaints(text.replace(old, new))


def test_the_schema_sees_a_manifest_without_a_type(package: zipfile.ZipFile) -> None:
    text = package.read("imsmanifest.xml")
    assert complaints(text.replace(b' type="imsqti_xmlv1p2"', b""))


def complaints(text: bytes) -> list[str]:
    """What the schema of its namespace says of a file."""
    root = etree.fromstring(text)
    space = root.nsmap[None]
    for element in root.iter():
        assert element.tag.startswith(f"{{{space}}}"), element.tag
        element.tag = etree.QName(element).localname  # a DTD knows no namespaces
    etree.cleanup_namespaces(root)
    schema = etree.DTD(str(Path(__file__).with_name(SCHEMAS[space])))
    schema.validate(root)
    return [str(error) for error in schema.error_log]


def test_every_question_is_a_choice_of_one_for_a_point(tests: Element) -> None:
    for item in tests.iter(f"{Q}item"):
        fields = {
            field.findtext(f"{Q}fieldlabel"): field.findtext(f"{Q}fieldentry")
            for field in item.iter(f"{Q}qtimetadatafield")
        }
        assert fields == {
            "question_type": "multiple_choice_question",
            "points_possible": "1.0",
        }
        response = item.find(f"{Q}presentation/{Q}response_lid")
        assert response is not None and response.get("rcardinality") == "Single"


def test_one_choice_scores_and_each_says_its_own(tests: Element) -> None:
    items = list(tests.iter(f"{Q}item"))
    for item, question in zip(items, samples.every(), strict=True):
        labels = [label.get("ident") for label in item.iter(f"{Q}response_label")]
        assert len(set(labels)) == len(question.choices)
        said = {
            str(feedback.get("ident")): feedback.findtext(f".//{Q}mattext") or ""
            for feedback in item.iter(f"{Q}itemfeedback")
        }
        conditions = list(item.iter(f"{Q}respcondition"))
        assert [c.findtext(f".//{Q}varequal") for c in conditions] == labels
        for condition, choice in zip(conditions, question.choices, strict=True):
            score = condition.findtext(f"{Q}setvar")
            assert (score == "100") == choice.right
            shown = condition.find(f"{Q}displayfeedback")
            assert shown is not None
            text = said[str(shown.get("linkrefid"))]
            assert html.unescape(text) == f"<p>{choice.feedback}</p>"
            assert "<script" not in text


def test_texts_come_back_as_they_were(tests: Element) -> None:
    items = list(tests.iter(f"{Q}item"))
    for item, question in zip(items, samples.every(), strict=True):
        text = item.findtext(f"{Q}presentation/{Q}material/{Q}mattext") or ""
        assert "<script" not in text and html.unescape(text) == f"<p>{question.text}</p>"
        shown = [label.findtext(f".//{Q}mattext") for label in item.iter(f"{Q}response_label")]
        assert shown == [choice.text for choice in question.choices]


def test_the_same_questions_make_the_same_bytes() -> None:
    assert qti.export(samples.drawn(), "a") == qti.export(samples.drawn(), "a")


def placed(element: Element, above: str = "") -> dict[str, set[str]]:
    """Each element's path, with the attributes that it has anywhere."""
    path = f"{above}/{element.tag.rpartition('}')[2]}"
    found = {path: {name.rpartition("}")[2] for name in element.attrib}}
    for child in element:
        for where, attributes in placed(child, path).items():
            found[where] = found.get(where, set()) | attributes
    return found


def test_every_element_stands_where_a_program_made_for_canvas_puts_it(
    package: zipfile.ZipFile,
) -> None:
    facts = json.loads(Path(__file__).with_name("canvas_package.json").read_text("utf-8"))
    known = {path: set(attributes) for path, attributes in facts["elements"].items()}
    for name in package.namelist():
        for path, attributes in placed(ElementTree.fromstring(package.read(name))).items():
            assert path in known
            assert attributes <= known[path], path
