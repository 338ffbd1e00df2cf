"""A person at Label Studio in headless Chromium: `browser.py` reads a session as JSON and prints what it saw.

It runs in the environment of `scripts/label_studio`, which has selenium. The session on standard input is an object
with `address`, `user`, `password` and `steps`, for a new user also `invitation`; a step is a list of a name and its
arguments (see `Person`).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions

T = TypeVar("T")
LIMIT = 60.0
WIDTH = 1280
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--window-size={WIDTH},1400",
)  # fmt: skip
# The middle of the first and the last character of the n-th place of a quote, in the text as displayed.
PLACES = """
const [quote, occurrence] = arguments, root = document.querySelector('.lsf-htx-richtext');
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), places = [];
let text = '';
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  if (node.parentElement.closest('sup')) continue;
  for (let i = 0; i < node.length; i++) places.push([node, i]);
  text += node.data;
}
let at = -1;
for (let n = 0; n < occurrence; n++) at = text.indexOf(quote, at + 1);
if (at < 0) return null;
root.scrollIntoView({block: 'nearest'});
places[at][0].parentElement.scrollIntoView({block: 'center'});
const box = ([node, i]) => {
  const range = document.createRange();
  range.setStart(node, i);
  range.setEnd(node, i + 1);
  const rects = range.getClientRects();
  return rects[rects.length - 1];
};
const first = box(places[at]), last = box(places[at + quote.length - 1]);
return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
"""
# How many pixels wider than its place the widest part of the page is that people would have to scroll sideways.
HIDDEN = """
return Math.max(...[...document.querySelectorAll('*')]
  .filter(e => e.clientWidth > 0 && !['visible', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX))
  .concat(document.documentElement).map(e => e.scrollWidth - e.clientWidth));
"""
TO_TOP = "for (let e = document.querySelector('.lsf-htx-richtext'); e; e = e.parentElement) e.scrollTop = 0"
DRAFTS = """
const [project, done] = arguments;
fetch(`/api/tasks/?project=${project}&fields=all`).then(answer => answer.json())
  .then(answer => done(answer.tasks.flatMap(task => task.drafts).length));
"""


class Person:
    """Someone who has logged in and works through the stream of a project."""

    def __init__(self, driver: webdriver.Chrome, session: dict[str, Any]):
        self.driver = driver
        self.address = session["address"]
        self.project = ""
        driver.get(session.get("invitation") or f"{self.address}/user/login/")
        self._one("[name=email]").send_keys(session["user"])
        self._one("[name=password]").send_keys(session["password"] + Keys.ENTER)
        self._until(lambda: "/user/" not in driver.current_url, "the login")

    def work_on(self, project: int) -> None:
        """Turn to a project."""
        self.project = f"{self.address}/projects/{project}"

    def stream(self) -> str:
        """Open the label stream, and return the text of the task that it gives."""
        return self._opened(f"{self.project}/data?labeling=1")

    def open(self, task: int) -> str:
        """Open a task by its number, and return its text."""
        return self._opened(f"{self.project}/data?task={task}")

    def mark(self, hotkey: str, quote: str, occurrence: int = 1) -> None:
        """Press the key of a label and drag the mouse over the n-th place of a quote."""
        before = len(self._all(".htx-highlight"))
        self._keys(hotkey)
        x1, y1, x2, y2 = self._place(quote, occurrence)
        self._drag((x1 + 1, y1), (x2 - 1, y2))
        self._until(lambda: len(self._all(".htx-highlight")) > before, f"the region {quote!r}")
        self._keys(Keys.ESCAPE)

    def choose(self, quote: str, occurrence: int, value: str) -> None:
        """Select a region by clicking into its middle and click a choice shown for it."""
        self._select(quote, occurrence)
        self._click(self._shown(f"//label[.//input[@name='{value}']]"))
        self._keys(Keys.ESCAPE)

    def relate(self, head: tuple[str, int], tail: tuple[str, int], label: str | None = None) -> None:
        """Draw an arc from one region to another, and give it a label."""
        self._keys(Keys.ESCAPE)
        self._click(self._shown("//*[normalize-space(text())='Relations']"))
        before = len(self._all(".lsf-relations__item"))
        self._select(*head)
        self._keys("r", Keys.ALT)
        self._point(*self._middle(*tail))
        self._until(lambda: len(self._all(".lsf-relations__item")) == before + 1, f"the arc to {tail}")
        if label is not None:
            item = self._all(".lsf-relations__item")[-1]
            ActionChains(self.driver).move_to_element(item).perform()
            self._click(item.find_element(By.CSS_SELECTOR, "button[aria-label='Show Relation Labels']"))
            self._click(item.find_element(By.CSS_SELECTOR, ".lsf-relation-meta"))
            self._click(self._shown(f"//*[@role='option' or contains(@class, 'option')][normalize-space(.)='{label}']"))
            self._keys(Keys.ESCAPE)

    def delete(self, quote: str, occurrence: int = 1) -> None:
        """Delete a region."""
        before = self.marked()
        self._select(quote, occurrence)
        self._keys(Keys.BACKSPACE)
        self._until(lambda: self.marked() < before, f"the end of the region {quote!r}")

    def decided(self, item: str) -> None:
        """Delete the row of an item in the field *undecided*."""
        row = f"//*[@data-testid='textarea-region'][contains(., '{item}: ')]"
        shown = self._shown(row)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", shown)
        ActionChains(self.driver).move_to_element(shown).perform()
        self._click(shown.find_element(By.CSS_SELECTOR, "[data-testid=htx-textbox-delete-button]"))
        self._until(lambda: not self.driver.find_elements(By.XPATH, row), f"the end of the row of {item}")

    def submit(self) -> None:
        """Submit, and wait until the server has it."""
        self._leave("[data-testid=bottombar-submit-button]")

    def update(self) -> None:
        """Submit changes of what was submitted before."""
        button = self._one("[data-testid=bottombar-update-button]")
        self._until(button.is_enabled, "something to update")
        self._click(button)
        time.sleep(3)

    def skip(self) -> None:
        """Skip the task, and wait until the server has it."""
        self._leave("[data-testid=bottombar-skip-button]")

    def draft(self) -> None:
        """Wait until the server keeps what was marked as a draft, the only one of the project."""
        number = self.project.rpartition("/")[2]
        self._until(lambda: self.driver.execute_async_script(DRAFTS, number) == 1, "the draft")

    def marked(self) -> int:
        """Return how many regions are shown."""
        return len(self._all(".htx-highlight"))

    def select(self, quote: str, occurrence: int = 1) -> None:
        """Select a region by clicking into its middle, and leave it selected."""
        self._select(quote, occurrence)

    def picture(self, path: str, height: int, quote: str | None = None) -> int:
        """Keep a picture of the screen from its top, or around a quote; return how many pixels are hidden at its sides.

        `height` is that of the window, in pixels.
        """
        self.driver.set_window_size(WIDTH, height)
        time.sleep(1)
        self.driver.execute_script(TO_TOP)
        if quote is not None:
            self._place(quote, 1)
        time.sleep(2)
        self.driver.save_screenshot(path)
        return int(self.driver.execute_script(HIDDEN))

    def _opened(self, address: str) -> str:
        """Open a page, close the instructions that the first visit shows, and return the text."""
        self.driver.get(address)
        text = self._one(".lsf-htx-richtext").text
        time.sleep(1)
        title = "//*[normalize-space(text())='Labeling Instructions']"
        if self.driver.find_elements(By.XPATH, title):
            self._keys(Keys.ESCAPE)
            self._until(lambda: not self.driver.find_elements(By.XPATH, title), "the end of the instructions")
        return text

    def _leave(self, button: str) -> None:
        shown = self._one(".lsf-htx-richtext")
        self._click(self._one(button))
        self._until(lambda: expected_conditions.staleness_of(shown)(self.driver), "the next task")

    def _select(self, quote: str, occurrence: int) -> None:
        self._keys(Keys.ESCAPE)
        self._point(*self._middle(quote, occurrence))
        time.sleep(0.3)

    def _place(self, quote: str, occurrence: int) -> tuple[float, float, float, float]:
        found = self.driver.execute_script(PLACES, quote, occurrence)
        if found is None:
            raise ValueError(f"{quote!r} does not stand {occurrence} times in the text")
        return tuple(found)

    def _middle(self, quote: str, occurrence: int) -> tuple[float, float]:
        x1, y1, x2, y2 = self._place(quote, occurrence)
        return ((x1 + x2) / 2, y1) if y1 == y2 else (x1 + 3, y1)

    def _shown(self, path: str) -> WebElement:
        return self._until(
            lambda: next((e for e in self.driver.find_elements(By.XPATH, path) if e.is_displayed()), None), path
        )

    def _one(self, selector: str) -> WebElement:
        return self._until(lambda: next((e for e in self._all(selector) if e.is_displayed()), None), selector)

    def _all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def _click(self, element: WebElement) -> None:
        ActionChains(self.driver).move_to_element(element).click().perform()

    def _keys(self, key: str, *held: str) -> None:
        chain = ActionChains(self.driver)
        for k in held:
            chain.key_down(k)
        chain.send_keys(key)
        for k in held:
            chain.key_up(k)
        chain.perform()

    def _point(self, x: float, y: float) -> None:
        actions = ActionBuilder(self.driver)
        actions.pointer_action.move_to_location(round(x), round(y)).click()
        actions.perform()

    def _drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        actions = ActionBuilder(self.driver)
        pointer = actions.pointer_action
        pointer.move_to_location(round(start[0]), round(start[1])).pointer_down()
        pointer.move_to_location(round((start[0] + end[0]) / 2), round(end[1]))
        pointer.move_to_location(round(end[0]), round(end[1])).pointer_up()
        actions.perform()

    def _until(self, look: Callable[[], T | None], what: str) -> T:
        until = time.monotonic() + LIMIT
        while time.monotonic() < until:
            try:
                found = look()
            except WebDriverException:
                found = None
            if found:
                return found
            time.sleep(0.1)
        raise TimeoutError(f"{what} did not come within {LIMIT:.0f} s")


def main() -> None:
    session = json.load(sys.stdin)
    options = webdriver.ChromeOptions()
    options.binary_location = session["chromium"]
    for argument in ARGUMENTS:
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(session["chromedriver"]))
    try:
        person = Person(driver, session)
        print(json.dumps([getattr(person, name)(*arguments) for name, *arguments in session["steps"]]))
    except Exception:
        driver.save_screenshot(session["picture"])
        raise
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
