"""Configurations of Label Studio say what the inventory says, and are what the repository holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from labelling import layered
from reportedly.cli import _PROJECTS, main
from reportedly.errors import DataError, UsageError
from reportedly.guide import sections
from reportedly.labels import inventory
from reportedly.labelstudio.config import CONFIGS, digest, digest_of, files, instructions, make
from reportedly.labelstudio.controls import controls
from reportedly.labelstudio.hotkeys import Hotkey, hotkey_card, hotkeys
from reportedly.labelstudio.parts import LAYERS


@pytest.mark.parametrize("layer", CONFIGS)
def test_the_repository_holds_what_the_inventory_gives(layer: str, root: Path) -> None:
    path = f"annotations/label_studio/{layer}.xml"
    assert (root / path).read_bytes() == files()[path]


@pytest.mark.parametrize("layer", CONFIGS)
def test_label_studio_takes_the_configuration_and_the_tasks(layer: str) -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface(make(layer))
    interface.validate()
    assert interface.validate_prediction(layered(layer)["predictions"][0], return_errors=True) == []


def test_all_labels_roles_and_values_are_offered() -> None:
    offered = {e.get("value") for e in ET.fromstring(make("all")).iter() if e.tag in ("Label", "Choice", "Relation")}
    labels = inventory()
    assert {t.type for t in labels.entity_types} | {t.type for t in labels.event_types} <= offered
    assert {r for t in labels.event_types for r in t.roles} | set(labels.event_link) <= offered
    assert {v for values in labels.attribution.values() for v in values} | set(labels.attribution_spans) <= offered


@pytest.mark.parametrize("layer", CONFIGS)
def test_no_hotkey_is_shared_by_what_is_on_the_screen_together(layer: str) -> None:
    root = ET.fromstring(make(layer))
    keys = Counter(e.get("hotkey") for e in root.iter("Label") if e.get("hotkey"))
    assert set(keys.values()) <= {1}
    for box in root.iter("View"):
        if box.get("className") == "rp-region":
            shown = Counter((e.get("hotkey")) for e in box.iter("Choice") if e.get("hotkey"))
            assert set(shown.values()) <= {1} and not set(shown) & set(keys)


@pytest.mark.parametrize("layer", CONFIGS)
def test_every_control_of_a_region_says_on_which_labels_it_stands(layer: str) -> None:
    labels = {e.get("value") for e in ET.fromstring(make(layer)).iter("Label")}
    for element in ET.fromstring(make(layer)).iter():
        if element.get("perRegion"):
            assert set((element.get("whenLabelValue") or "?").split(",")) <= labels


def test_a_hint_is_the_definition_with_the_page() -> None:
    label = next(e for e in ET.fromstring(make("entities")).iter("Label") if e.get("value") == "ORG.Media")
    assert label.get("hint") == (
        "outlet, agency, local media centre (guidelines/entities/people-and-organisations.md#orgmedia)"
    )
    assert all(s.definition for s in sections().values())


def test_instructions_link_to_the_page_and_escape() -> None:
    shown = instructions("entities", "https://example.org/{page}/#{anchor}")
    assert '<a href="https://example.org/entities/places/#gpecity"' in shown
    assert "<a " not in instructions("entities", "javascript:{page}")
    assert "&quot;areas northeast of X&quot;" in shown


def test_the_digest_is_of_what_results_depend_on() -> None:
    made = make("entities")
    assert digest(made.replace('hotkey="1"', 'hotkey="9"').replace("named or not", "named")) == digest_of("entities")
    assert digest(made.replace('value="ORG.Aid"', 'value="ORG.Help"')) != digest_of("entities")
    assert digest(made.replace('name="level"', 'name="lvl"')) != digest_of("entities")
    assert len({digest_of(layer) for layer in CONFIGS}) == len(CONFIGS)


def test_what_is_no_configuration_is_refused() -> None:
    with pytest.raises(DataError, match="is no XML"):
        digest("<View>")
    with pytest.raises(UsageError, match="the layers are entities"):
        make("syntax")


def test_the_names_of_controls_are_those_of_the_record() -> None:
    assert {"mention", "trigger", "attribution", "claim", "head", "level", "factuality", "chain"} <= set(controls())
    assert controls()["detail-Force-Recruit"].values == ("forced", "voluntary")


def test_the_command_offers_every_configuration() -> None:
    assert _PROJECTS == CONFIGS


def test_the_command_prints_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["labelstudio", "config", "--layer", "claims"]) == 0
    assert digest(capsys.readouterr().out) == digest_of("claims")


@pytest.mark.parametrize("layer", LAYERS)
def test_the_card_has_every_key_of_a_layer_once(layer: str) -> None:
    keys = list(hotkeys(layer))
    assert len(keys) == make(layer).count("hotkey=")
    labels = [k.key for k in keys if k.group != "detail"]
    assert len(labels) == len(set(labels))


def test_the_card_names_groups_and_keys() -> None:
    assert Hotkey("level", "NAM", "z") in list(hotkeys("entities"))
    assert "| GPE | `w` Country, `e` Province, `r` City, `t` District |" in hotkey_card()
