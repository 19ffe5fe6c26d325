"""Widget ids come out the same, whatever they were drawn as."""

import uuid
from typing import Any

from nbformat import v4

from course_lib.authoring.widgets import STATE, VIEW, renumber, state_of


def drawn() -> Any:
    """A notebook whose cell shows a box of two children, beside a link that refers to one of
    them."""
    box, first, second, layout, link = (uuid.uuid4().hex for _ in range(5))
    state = {
        second: {"model_name": "B", "state": {"layout": f"IPY_MODEL_{layout}"}},
        layout: {"model_name": "L", "state": {}},
        link: {"model_name": "Link", "state": {"source": [f"IPY_MODEL_{first}", "value"]}},
        first: {"model_name": "A", "state": {"text": "IPY_MODEL_ is not an id"}},
        box: {
            "model_name": "Box",
            "state": {"children": [f"IPY_MODEL_{first}", f"IPY_MODEL_{second}"]},
        },
    }
    output = v4.new_output(
        "display_data", data={VIEW: {"model_id": box, "version_major": 2, "version_minor": 0}}
    )
    cell = v4.new_code_cell("show()", id="panel", outputs=[output])
    widgets = {STATE: {"state": state, "version_major": 2, "version_minor": 0}}
    return v4.new_notebook(cells=[cell], metadata={"widgets": widgets})


def test_ids_follow_the_walk_and_references_follow_ids() -> None:
    notebook = drawn()
    renumber(notebook)
    state = state_of(notebook)
    names = {key: model["model_name"] for key, model in state.items()}
    assert names == {
        "panel-1": "Box",
        "panel-2": "A",
        "panel-3": "B",
        "panel-4": "L",
        "unseen-1": "Link",
    }
    assert notebook.cells[0].outputs[0].data[VIEW].model_id == "panel-1"
    assert state["panel-1"]["state"]["children"] == ["IPY_MODEL_panel-2", "IPY_MODEL_panel-3"]
    assert state["panel-3"]["state"]["layout"] == "IPY_MODEL_panel-4"
    assert state["unseen-1"]["state"]["source"] == ["IPY_MODEL_panel-2", "value"]
    assert state["panel-2"]["state"]["text"] == "IPY_MODEL_ is not an id"


def test_two_draws_become_one() -> None:
    one, two = drawn(), drawn()
    assert one != two
    renumber(one)
    renumber(two)
    assert one == two


def test_a_notebook_without_widgets_is_left_alone() -> None:
    notebook = v4.new_notebook(cells=[v4.new_code_cell("1", id="one")])
    renumber(notebook)
    assert "widgets" not in notebook.metadata
