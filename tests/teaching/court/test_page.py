"""The table of all claims: what it says of each, how split claims stand together, and the learner's
own column."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from course_lib.teaching import state
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.own_claim import own_claim
from course_lib.teaching.claims.rules import decide
from course_lib.teaching.court import page
from course_lib.teaching.court.rulings import Place, Ruling

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
NUMBERS: dict[str, dict[str, float]] = {
    "A07": {"share": 0.0291, "deepest": 126},
    "A15a": {"flops_share": 0.242, "model_saving": 0.0958, "seen_share": 1, "time_share": 0.306},
    "B03": {"share_between": 0.833, "share_close": 0.944, "longest": 1.02e7},
    "C08": {"share_training": 0.333, "share_decoding": 0},
}


def ruling(id: str, numbers: dict[str, float]) -> Ruling:
    claim = claims.get(id)
    return Ruling(
        claim=claim,
        verdict=decide(claim.rules, numbers).verdict,
        numbers=numbers,
        source="a count of < 200",
        place=Place(lesson=claim.lessons[0], cell=f"verdict_{id}", section="Idea 2: depth"),
        measured=False,
    )


FOUND = {id: ruling(id, numbers) for id, numbers in NUMBERS.items()}


class Rows(HTMLParser):
    """The rows of a table as lists of cells, and every address in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = [[""]]  # the caption
        self.links: list[str] = []
        self.spans: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.spans.append(int(told.get("rowspan") or 1))
        if tag == "a":
            self.links.append(str(told["href"]))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.rows[-1][-1] += data.replace("\N{NO-BREAK SPACE}", " ")


def table(shown: Bundles, *ids: str) -> Rows:
    page.table(FOUND, ids)
    return Rows(shown[-1][0]["text/html"])


def test_every_claim_has_its_line(shown: Bundles) -> None:
    rows = table(shown).rows[2:]
    assert len(rows) == len(claims.load(claims.FILE))
    heads = [row[0] for row in rows if len(row) == 6]
    assert tuple(heads) == page.IDS


def test_a_line_tells_number_source_and_cell(shown: Bundles) -> None:
    found = table(shown, "A07")
    row = found.rows[2]
    assert row[2] == "holds with limits" and row[4] == "a count of < 200" and row[5] == "01, Idea 2"
    for part in ("126 layers", "more than 100 layers", "Short of holds", "2.91 %", "at least 50 %"):
        assert part in row[3]
    assert found.links == ["../lessons/01_parameters.ipynb#cell-id=verdict_A07"]


def test_the_parts_of_a_split_claim_stand_together(shown: Bundles) -> None:
    found = table(shown, "A15")
    assert found.spans[6] == 3 and [len(row) for row in found.rows[2:]] == [6, 5, 5]
    assert [row[-5][:3] for row in found.rows[2:]] == ["(a)", "(b)", "(c)"]
    assert [row[-4] for row in found.rows[2:]] == ["holds with limits", "not yet", "not yet"]
    assert "05_inference" in found.rows[3][2]


def test_one_number_against_two_limits_is_told_once() -> None:
    said = page.decides(FOUND["B03"])
    assert said.count("83.3 %") == 1 and "at least 50 %; for *holds*: at least 90 %" in said


def test_a_claim_that_fails_every_rule_names_the_nearest_obstacle() -> None:
    carries, lacks = page.decision(FOUND["C08"])
    assert (
        carries is None and lacks is not None and lacks.number.name == "share_training"
    )  # 33 % of 50 %, not 0
    assert "33.3 %" in page.decides(FOUND["C08"])


def test_the_copy_for_machines_holds_the_records(shown: Bundles) -> None:
    page.table(FOUND)
    records = json.loads(json.dumps(shown[0][0][page.MIME]))
    assert records == [one.record() for one in FOUND.values()]
    assert records[0]["numbers"] == {"share": 0.0291, "deepest": 126}


def test_plain_text_says_the_same_without_marks(shown: Bundles) -> None:
    page.table(FOUND)
    plain = shown[0][0]["text/plain"]
    assert "A07 holds with limits: Networks go 100" in plain and "*" not in plain
    assert all(id in plain for id in page.IDS)


def test_no_column_for_the_learner_without_verdicts(shown: Bundles) -> None:
    assert "Yours" not in table(shown).rows[1]


def test_the_learners_verdict_stands_beside(shown: Bundles) -> None:
    state.change(
        lambda old: state.with_verdict(old, "A07", "wrong", {"share": 0.0, "deepest": 61}, "now")
    )
    state.change(lambda old: state.with_verdict(old, "C08", "maybe", {}, "now"))
    found = table(shown, "A07", "C08")
    assert found.rows[1][-1] == "Yours"
    assert [row[-1] for row in found.rows[2:]] == ["wrong (0 %)", ""]


@pytest.mark.parametrize("numbers", [None, [], {"share": "much"}, {"other": 1}])
def test_a_learners_file_edited_by_hand_stops_nothing(shown: Bundles, numbers: Any) -> None:
    state.change(lambda old: state.with_verdict(old, "A07", "wrong", numbers, "now"))
    assert table(shown, "A07").rows[2][-1] == "wrong"


def test_own_claims_follow_at_the_end(shown: Bundles) -> None:
    told: dict[str, Any] = {
        "test": "At least half.",
        "means": "the share of <models>",
        "unit": "%",
        "holds": ">= 0.5",
    }
    own_claim(
        "mine",
        "All are deep.",
        **told,
        prediction=0.9,
        number=0.2,
        source="a count",
        expires="2030-01-01",
    )
    last = table(shown).rows[-1]
    assert (
        last[0] == "mine"
        and last[2] == "wrong"
        and "20.0 %" in last[3]
        and last[-1] == "expires 2030-01-01"
    )
    assert "mine" not in str(table(shown, "A07").rows)


def test_counts_are_in_the_order_of_the_verdicts() -> None:
    counted = page.counts(FOUND)
    assert list(counted) == ["holds", "holds with limits", "outdated", "wrong", "not decidable"]
    assert list(counted.values()) == [0, 3, 0, 1, 0]


def test_an_unknown_claim_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no claim 'A7'; nearest: .*A07"):
        page.table(FOUND, ["A7"])


def test_an_empty_court_still_has_its_table(shown: Bundles) -> None:
    page.table({})
    assert "44 claims, 0 verdicts" in shown[0][0]["text/plain"]
