"""The QTI package: the schema's order of elements, every reference met, and read back.

The schemas of IMS are not free to be kept here. So the structure that they ask for is written out,
and held against what another program, made for Canvas, writes (`canvas_package.json`).
"""

import html
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from course_lib.classroom.questions.exports import qti
from tests.classroom.questions.exports import samples

Q = f"{{{qti.QTI}}}"
P = f"{{{qti.PACKAGE}}}"
CHILDREN = {
    "questestinterop": ["assessment"],
    "assessment": ["section"],
    "section": ["item"],
    "item": ["itemmetadata", "presentation", "resprocessing", "itemfeedback"],
    "itemmetadata": ["qtimetadata"],
    "qtimetadata": ["qtimetadatafield"],
    "qtimetadatafield": ["fieldlabel", "fieldentry"],
    "presentation": ["material", "response_lid"],
    "response_lid": ["render_choice"],
    "render_choice": ["response_label"],
    "response_label": ["material"],
    "material": ["mattext"],
    "resprocessing": ["outcomes", "respcondition"],
    "outcomes": ["decvar"],
    "respcondition": ["conditionvar", "setvar", "displayfeedback"],
    "conditionvar": ["varequal"],
    "itemfeedback": ["flow_mat"],
    "flow_mat": ["material"],
}
"""What an element may hold, in the order of ims_qtiasiv1p2; others hold text alone."""
NEEDED = {
    "assessment": {"ident", "title"},
    "section": {"ident"},
    "item": {"ident", "title"},
    "response_lid": {"ident", "rcardinality"},
    "response_label": {"ident"},
    "mattext": {"texttype"},
    "decvar": {"maxvalue", "minvalue", "varname", "vartype"},
    "respcondition": {"continue"},
    "varequal": {"respident"},
    "setvar": {"action", "varname"},
    "displayfeedback": {"feedbacktype", "linkrefid"},
    "itemfeedback": {"ident"},
}


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


def test_elements_stand_in_the_schemas_order(tests: Element) -> None:
    for element in tests.iter():
        assert element.tag.startswith(Q), element.tag
        name = element.tag.removeprefix(Q)
        allowed = CHILDREN.get(name, [])
        places = [allowed.index(child.tag.removeprefix(Q)) for child in element]
        assert places == sorted(places), name
        assert NEEDED.get(name, set()) == set(element.keys()), name


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
