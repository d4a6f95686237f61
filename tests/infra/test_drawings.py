"""What is drawn and counted from the templates: the architecture's picture, and the costs."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from infra.profiles import Profile
from tests.infra.stack import Stack
from tools import costs, draw_architecture

pytestmark = pytest.mark.xdist_group("synth")


def test_the_picture_is_that_of_the_stack_now(production: Stack) -> None:
    drawn = draw_architecture.draw(production.template)
    assert draw_architecture.PICTURE.read_text() == drawn, "run: python -m tools.draw_architecture"


def test_every_queue_and_function_is_in_the_picture(production: Stack) -> None:
    texts = {node.text for node in ET.fromstring(draw_architecture.PICTURE.read_text()).iter() if node.text}
    assert {f"λ {name}" for name in production.functions} <= texts
    assert {name for name in production.queues if not name.endswith("-dlq")} <= texts


def test_no_box_lies_on_another(production: Stack) -> None:
    root = ET.fromstring(draw_architecture.draw(production.template))
    boxes = [
        tuple(int(node.attrib[key]) for key in ("x", "y", "width", "height"))
        for node in root.iter("{http://www.w3.org/2000/svg}rect")
        if node.attrib["class"].startswith("box")
    ]
    for i, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, other_width, other_height in boxes[:i]:
            apart_x = x >= other_x + other_width or other_x >= x + width
            assert apart_x or y >= other_y + other_height or other_y >= y + height


def test_a_function_without_a_place_stops_the_drawing(production: Stack) -> None:
    stranger = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "docpipe-prod-new", "MemorySize": 128}}
    template = {**production.template, "Resources": {**production.template["Resources"], "New": stranger}}
    with pytest.raises(KeyError, match="λ new"):
        draw_architecture.draw(template)


@pytest.fixture(scope="module")
def templates() -> dict[str, dict[str, object]]:
    return costs.all_templates()


def test_the_costs_are_those_of_the_templates_now(templates: dict[str, dict[str, object]]) -> None:
    assert costs.PAGE.read_text() == costs.render(templates), "run: python -m tools.costs"


def test_each_profile_costs_what_it_has(templates: dict[str, dict[str, object]]) -> None:
    bills = {name: {item.name: item.usd for item in costs.at_rest(template)} for name, template in templates.items()}
    assert bills[Profile.DEV]["PostgreSQL: instance"] == pytest.approx(11.68)
    assert bills[Profile.PRODUCTION]["PostgreSQL: instance"] == pytest.approx(2 * 47.45)
    assert "PostgreSQL: instance" not in bills[Profile.HYBRID]
    assert "Firewall" in bills[Profile.PRODUCTION]
    assert sum(bills[Profile.DEV].values()) < sum(bills[Profile.PRODUCTION].values()) / 3
