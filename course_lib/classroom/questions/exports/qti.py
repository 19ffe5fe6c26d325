"""A QTI 1.2 package, as Canvas imports it: a zip with a manifest and one assessment.

Design choices:
- Version 1.2 and not 2.1: Canvas's "QTI .zip file" import reads 1.2 in full, feedback included,
  and so do most other systems.
- Elements stand in the order of the specification's schema (ims_qtiasiv1p2): metadata,
  presentation, processing, feedback.
- Same questions, same bytes: file times are fixed.

Format: IMS Question and Test Interoperability, ASI XML binding, version 1.2; IMS Content Packaging
1.1.3.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from course_lib.classroom.questions.exports.titles import COURSE
from course_lib.classroom.questions.question import Question

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""
FIRST_CHOICE = 1001
"""Number of the first choice; systems want numbers for the names of choices."""

__all__ = ["export"]


def export(questions: Sequence[Question], title: str) -> bytes:
    """A zip for "Import Existing Content", type "QTI .zip file".

    Args:
        questions: to be exported.
        title: the lesson's name, for the quiz.
    """
    name = "questions-" + title.lower().replace(" ", "-")
    files = {
        "imsmanifest.xml": _manifest(name),
        f"{name}/{name}.xml": _assessment(questions, name, f"{COURSE}: {title}"),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, root in files.items():
            ElementTree.indent(root)
            text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
            info = zipfile.ZipInfo(path, date_time=LONG_AGO)
            archive.writestr(info, text, compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _manifest(name: str) -> Element:
    """What the package holds."""
    manifest = Element("manifest", {"xmlns": PACKAGE, "identifier": f"{name}-package"})
    metadata = SubElement(manifest, "metadata")
    SubElement(metadata, "schema").text = "IMS Content"
    SubElement(metadata, "schemaversion").text = "1.1.3"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    path = f"{name}/{name}.xml"
    resource = SubElement(resources, "resource", identifier=name, type="imsqti_xmlv1p2", href=path)
    SubElement(resource, "file", href=path)
    return manifest


def _assessment(questions: Sequence[Question], name: str, title: str) -> Element:
    """The quiz: one section with all questions."""
    root = Element("questestinterop", {"xmlns": QTI})
    assessment = SubElement(root, "assessment", ident=name, title=title)
    section = SubElement(assessment, "section", ident="root_section")
    for question in questions:
        _item(section, question)
    return root


def _item(section: Element, question: Question) -> None:
    """A question: what it is, what is shown, what is right, what is said."""
    item = SubElement(section, "item", ident=question.id, title=question.id)
    fields = SubElement(SubElement(item, "itemmetadata"), "qtimetadata")
    for label, entry in {
        "question_type": "multiple_choice_question",
        "points_possible": "1.0",
    }.items():
        field = SubElement(fields, "qtimetadatafield")
        SubElement(field, "fieldlabel").text = label
        SubElement(field, "fieldentry").text = entry
    names = [str(FIRST_CHOICE + place) for place in range(len(question.choices))]
    _presentation(item, question, names)
    _processing(item, question, names)
    for name, choice in zip(names, question.choices, strict=True):
        feedback = SubElement(item, "itemfeedback", ident=f"{name}_fb")
        _html(SubElement(feedback, "flow_mat"), choice.feedback)


def _presentation(item: Element, question: Question, names: Sequence[str]) -> None:
    """The text and its choices."""
    presentation = SubElement(item, "presentation")
    _html(presentation, question.text)
    response = SubElement(presentation, "response_lid", ident="response1", rcardinality="Single")
    choices = SubElement(response, "render_choice")
    for name, choice in zip(names, question.choices, strict=True):
        material = SubElement(SubElement(choices, "response_label", ident=name), "material")
        SubElement(material, "mattext", texttype="text/plain").text = choice.text


def _processing(item: Element, question: Question, names: Sequence[str]) -> None:
    """What each choice brings: its feedback, and the right one all points."""
    processing = SubElement(item, "resprocessing")
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    SubElement(SubElement(processing, "outcomes"), "decvar", score)
    for name, choice in zip(names, question.choices, strict=True):
        rule = {"continue": "Yes"}  # a word of Python, so not a keyword argument
        condition = SubElement(processing, "respcondition", rule)
        given = SubElement(SubElement(condition, "conditionvar"), "varequal", respident="response1")
        given.text = name
        if choice.right:
            SubElement(condition, "setvar", action="Set", varname="SCORE").text = "100"
        SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=f"{name}_fb")


def _html(parent: Element, text: str) -> None:
    """A text of HTML as material."""
    material = SubElement(parent, "material")
    SubElement(material, "mattext", texttype="text/html").text = f"<p>{escape(text)}</p>"
