"""What a program can find wrong with a page as it is on the screen: each finding is a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import Page

#: Looks at the page and gives findings as [rule, what].
LOOK = r"""() => {
  const found = [];
  const visible = (e) => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && !e.closest("[hidden], .unseen, .skip")
      && (!e.closest("details:not([open])") || e.closest("summary"));
  };
  const named = (e) => `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}${typeof e.className === "string"
    && e.className ? "." + e.className.trim().split(/\s+/).join(".") : ""}`;
  const text = (e) => (e.innerText || e.value || "").trim().replace(/\s+/g, " ").slice(0, 70);
  const scrolls = (e) => { for (let up = e; up && up !== document.body; up = up.parentElement) {
    if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true; } return false; };

  // What a preview shows is a page of its own.
  const headings = [...document.querySelectorAll("h1")].filter((e) => visible(e) && !e.closest(".preview-frame"));
  if (headings.length !== 1) found.push(["headings", `${headings.length} h1`]);
  if (document.documentElement.scrollWidth > innerWidth) {
    for (const e of document.querySelectorAll("body *")) {
      const box = e.getBoundingClientRect();
      if ((box.right > innerWidth + 1 || box.left < -1) && visible(e) && !scrolls(e)) {
        found.push(["wider than the page", `${named(e)} “${text(e)}”`]);
      }
    }
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !visible(e) || e.closest("svg, script, style, option, .unseen, .skip")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let block = e;
    while (block.parentElement && ["inline", "contents"].includes(getComputedStyle(block).display)) {
      block = block.parentElement;
    }
    const cut = getComputedStyle(block);
    // What is cut off on purpose, and spaces at the end of lines, are beyond no box.
    if (cut.textOverflow === "ellipsis" || cut.whiteSpace === "pre-wrap" || cut.clipPath.startsWith("inset")
        || e.closest("thead")) continue;
    const inner = block.getBoundingClientRect();
    for (const box of range.getClientRects()) {
      if ((box.right > inner.right + 2 || box.left < inner.left - 2) && !scrolls(e)) {
        found.push(["text beyond its box", `${named(block)} “${node.data.trim().slice(0, 60)}”`]);
        break;
      }
    }
    if (cut.overflowX === "hidden" && block.scrollWidth > block.clientWidth + 1) {
      found.push(["text cut off", `${named(block)} “${node.data.trim().slice(0, 60)}”`]);
    }
  }
  // As WCAG 2.2, 2.5.8: a small target in a sentence is allowed, and one with room around it.
  const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((e) => visible(e) && !e.closest(".preview-frame")).map((e) => {
      const area = e.matches("input[type=checkbox], input[type=radio]") && e.closest("label") || e;
      return { e, box: area.getBoundingClientRect() };
    });
  const near = (one, other) => {
    const x = one.left + one.width / 2, y = one.top + one.height / 2;
    const dx = Math.max(other.left - x, 0, x - other.right), dy = Math.max(other.top - y, 0, y - other.bottom);
    return dx * dx + dy * dy < 12 * 12;
  };
  for (const { e, box } of targets) {
    const inText = getComputedStyle(e).display === "inline" && e.tagName === "A"
      && [...e.parentElement.childNodes].some((n) => n !== e && n.nodeType === 3 && n.textContent.trim());
    if ((box.width < 23.5 || box.height < 23.5) && !inText
        && targets.some((other) => other.e !== e && other.box !== box && near(box, other.box))) {
      found.push(["small target", `${named(e)} “${text(e)}” ${Math.round(box.width)}×${Math.round(box.height)}`]);
    }
  }
  for (const e of document.querySelectorAll("main section, main ul, main ol, main dl, main table, main fieldset")) {
    if (!visible(e)) continue;
    const rest = [...e.childNodes].filter((n) => !(n.matches && n.matches("h1, h2, h3, h4, legend, caption")));
    if (!rest.some((n) => n.textContent.trim() || (n.querySelector && (n.matches("img, svg, input, canvas, picture, iframe, select, textarea")
        || n.querySelector("img, svg, input, canvas, progress, iframe"))))) {
      found.push(["empty", `${named(e)} “${text(e)}”`]);
    }
  }
  return found;
}"""

#: Visible texts with the language that an element around them is said to be in.
TEXTS = r"""() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest("script, style, template, code, kbd, textarea, noscript, .source, pre, [dir=ltr] .handbook-text li")) continue;
    const marked = e.closest("[lang]");
    found.push([node.data.trim().replace(/\s+/g, " "), marked ? marked.lang : "", !!e.closest("[dir=ltr], bdi")]);
  }
  for (const e of document.querySelectorAll("[placeholder], [aria-label], [title]")) {
    for (const name of ["placeholder", "aria-label", "title"]) {
      if (e.getAttribute(name)) found.push([e.getAttribute(name), (e.closest("[lang]") || {}).lang || "", false]);
    }
  }
  return found;
}"""

#: What no reader should see: marks of templates, values of Python, numbers of files.
RAW = re.compile(r"%\(\w+\)|%[sd]\b|\bundefined\b|\bNaN\b|\[object|&[a-z]+;|<\w+>|\b[0-9a-f]{24,}\b|\blazy_")

#: Three words in Latin letters: no name of an invented organisation is so long without a capital.
_ENGLISH = re.compile(r"\b[A-Za-z’']{2,}(?: [a-z’']{2,}){2,}")


def findings(page: Page, language: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the page that is open: the rule, and where."""
    yield from (tuple(pair) for pair in page.evaluate(LOOK))  # type: ignore[misc]
    for text, marked, isolated in page.evaluate(TEXTS):
        if match := RAW.search(text):
            yield "raw", f"“{match[0]}” in “{text[:80]}”"
        if language != "en" and marked == language and not isolated and _ENGLISH.search(text):
            yield "English", f"“{text[:80]}”"
