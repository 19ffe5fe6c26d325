"""The table of all claims: what it says of each, how split claims stand together, and the learner's
own column."""

import json
from html.parser import HTMLParser
from pathlib import Path
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
    "A15a": {"flops_share": 0.242, "time_share": 0.906},
    "B03": {"share_between": 0.833},
    "B05": {"average": 0.54, "best": 0.0291},
    "C08": {"share_training": 0.333, "share_reader": 0, "share_batch": 0.1},
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
        instead=f"**{id}** holds < for some.",
        close=(("at USD 2", "wrong"),) if id == "B05" else (),
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
    heads = [row[0] for row in rows if len(row) == 7]
    assert tuple(heads) == page.IDS


def test_a_line_tells_number_source_and_cell(shown: Bundles) -> None:
    found = table(shown, "B05")
    row = found.rows[2]
    assert row[2] == "holds with limits" and row[5] == "a count of < 200" and row[6] == "12, Idea 2"
    for part in ("54.0 %", "at least 5 %", "Short of holds", "2.91 %"):
        assert part in row[3]
    assert found.links == ["../lessons/12_energy.ipynb#cell-id=verdict_B05"]


def test_a_line_tells_what_to_say_instead_and_a_close_call(shown: Bundles) -> None:
    row = table(shown, "B05").rows[2]
    assert row[4] == "B05 holds < for some."
    assert row[3].endswith("A close call: at USD 2 it is “wrong”.")
    assert "<strong>B05</strong> holds" in shown[-1][0]["text/html"]
    assert "Say instead: B05 holds < for some." in shown[-1][0]["text/plain"]


def test_the_parts_of_a_split_claim_stand_together(shown: Bundles) -> None:
    found = table(shown, "A15")
    assert found.spans[7] == 3 and [len(row) for row in found.rows[2:]] == [7, 6, 6]
    assert [row[-6][:3] for row in found.rows[2:]] == ["(a)", "(b)", "(c)"]
    undecided = page.UNDECIDED
    assert [row[-5] for row in found.rows[2:]] == ["holds with limits", undecided, undecided]
    assert "05" in found.rows[3][-4]


def test_a_claim_whose_lesson_is_not_there_is_not_decided_yet(
    shown: Bundles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "13_cost.ipynb").write_text("{}", encoding="utf-8")
    monkeypatch.setattr("course_lib.teaching.built.lessons", lambda: tmp_path)
    later, built = (table(shown, id).rows[2] for id in ("D02", "A17"))
    assert later[2] == built[2] == "not decided yet"
    assert later[3] == "Lesson 11 will decide it."
    assert built[3].startswith("Lesson 13 must be built again")


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
    assert records[0]["numbers"] == {"flops_share": 0.242, "time_share": 0.906}


def test_plain_text_says_the_same_without_marks(shown: Bundles) -> None:
    page.table(FOUND)
    plain = shown[0][0]["text/plain"]
    assert "B05 holds with limits: Cooling adds" in plain and "*" not in plain
    assert all(id in plain for id in page.IDS)


def test_no_column_for_the_learner_without_verdicts(shown: Bundles) -> None:
    assert "Yours" not in table(shown).rows[1]


def test_the_learners_verdict_stands_beside(shown: Bundles) -> None:
    state.change(
        lambda old: state.with_verdict(old, "B05", "wrong", {"average": 0.5, "best": 0.0}, "now")
    )
    state.change(lambda old: state.with_verdict(old, "C08", "maybe", {}, "now"))
    found = table(shown, "B05", "C08")
    assert found.rows[1][-1] == "Yours"
    assert [row[-1] for row in found.rows[2:]] == ["wrong (0 %)", ""]


@pytest.mark.parametrize("numbers", [None, [], {"best": "much"}, {"other": 1}])
def test_a_learners_file_edited_by_hand_stops_nothing(shown: Bundles, numbers: Any) -> None:
    state.change(lambda old: state.with_verdict(old, "B05", "wrong", numbers, "now"))
    assert table(shown, "B05").rows[2][-1] == "wrong"


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
    assert "mine" not in str(table(shown, "B05").rows)


def test_counts_are_in_the_order_of_the_verdicts() -> None:
    counted = page.counts(FOUND)
    assert list(counted) == ["holds", "holds with limits", "outdated", "wrong", "not decidable"]
    assert list(counted.values()) == [0, 3, 0, 1, 0]


def test_an_unknown_claim_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no claim 'A7'; nearest: .*A07"):
        page.table(FOUND, ["A7"])


def test_an_empty_court_still_has_its_table(shown: Bundles) -> None:
    page.table({})
    assert "50 claims, 0 verdicts" in shown[0][0]["text/plain"]
