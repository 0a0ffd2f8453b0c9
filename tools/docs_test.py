#!/usr/bin/env python3
"""Holds the documents to the tree: links lead somewhere, paths written as code exist, the table of architecture.md that
leads from an endpoint to its decision says what the code says, and every word of words.md is a name the code has."""
import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"(?:src|docs|tests|tools|packs|bench|cmake|web|\.ci)/[\w./*-]*\w[/\w*]*|dev")
# Made by building or fetching, or names that stand for any name.
MADE = re.compile(r"^(?:web/(?:dist|node_modules)|build/)|x_fuzz|[A-Z]{3,}")
# Folders that building, fetching and running make.
NOT_OURS = {".git", "build", "data", "dist", "node_modules"}
TABLE_HEAD = "| capability | endpoints |"


def documents():
    found = []
    for folder, below, files in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_OURS]
        found += [pathlib.Path(folder, name) for name in files if name.endswith(".md")]
    return sorted(found)


def text_of(path):
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def anchors(path):
    """The anchors of a page's headings, as the usual renderers make them."""
    found = set()
    for title in re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def broken_links(path):
    """Links of a page that lead nowhere; addresses outside of the repository are not asked."""
    broken = []
    for link in LINK.findall(text_of(path)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        place = (path.parent / target).resolve() if target else path
        if not place.exists() or not place.is_relative_to(ROOT):
            broken.append(link)
        elif anchor and place.suffix == ".md" and anchor not in anchors(place):
            broken.append(link)
    return broken


def test_groups():
    """The folders of tests that tests/CMakeLists.txt looks for; one may still wait for its first test."""
    text = (ROOT / "tests/CMakeLists.txt").read_text(encoding="utf-8")
    return {f"tests/{name}" for name in re.search(r"foreach\(group ([a-z ]+)\)", text).group(1).split()}


def missing_paths(text, home=ROOT):
    """Paths written as code that are neither below the root nor below the page's folder. A star stands for anything."""
    missing = []
    groups = test_groups()
    for span in CODE.findall(text):
        if not PATH.fullmatch(span) or MADE.search(span) or span in groups:
            continue
        if not any(any(base.glob(span.rstrip("/"))) for base in (ROOT, home)):
            missing.append(span)
    return missing


def table_rows(text):
    """The cells of each row of the table from endpoints to decisions."""
    after = text[text.index(TABLE_HEAD):].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in after.split("\n")[2:]]


def unkept_names(cell):
    """Names of a cell such as "`check` `light` in `src/…/plan.cpp`" that the file does not have as a whole word."""
    unkept = []
    names = []
    for span in CODE.findall(cell):
        if not span.startswith("src/"):
            names.append(span)
            continue
        path = ROOT / span
        code = path.read_text(encoding="utf-8") if path.exists() else ""
        unkept += [f"{name} in {span}" for name in names if not re.search(rf"\b{name}\b", code)]
        names = []
    return unkept


class Documents(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        pages = documents()
        self.assertGreater(len(pages), 10)
        for page in pages:
            with self.subTest(page=page.relative_to(ROOT)):
                self.assertEqual(broken_links(page), [])

    def test_every_path_written_as_code_exists(self):
        for page in documents():
            with self.subTest(page=page.relative_to(ROOT)):
                self.assertEqual(missing_paths(text_of(page), page.parent), [])

    def test_broken_links_and_missing_paths_are_found(self):
        self.assertEqual(missing_paths("`src/base/id.hpp` `src/base/*.hpp` `src/nowhere/at_all.cpp` `a = b`"),
                         ["src/nowhere/at_all.cpp"])
        self.assertEqual(unkept_names("`Money` `Nothing_of_the_kind` in `src/base/money.hpp`"),
                         ["Nothing_of_the_kind in src/base/money.hpp"])
        self.assertIn("two-hops-to-any-decision", anchors(ROOT / "docs/architecture.md"))


def shown_words(language):
    """What a person may read on screen: the interface's texts, and the words of the packs."""
    said = []
    for path in ROOT.glob(f"web/src/locales/{language}/*.ts"):
        said += re.findall(r"""(?:[:{,\[] *|^ *)(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")""", path.read_text(encoding="utf-8"),
                           re.MULTILINE)
    for path in ROOT.glob("packs/*/*.yaml"):
        said += re.findall(rf"""\b{language}: (?:"([^"]*)"|([^,{{}}"]+))""", path.read_text(encoding="utf-8"))
    return [(first or second).strip() for first, second in said]


class Guides(unittest.TestCase):
    def test_every_label_in_quotation_marks_is_on_a_screen(self):
        for language, ending in (("zh", "zh-CN"), ("en", "en")):
            shown = shown_words(language)
            self.assertGreater(len(shown), 300)
            self.assertFalse(any(word.startswith("No such button") for word in shown))
            pages = list(ROOT.glob(f"docs/guide/*.{ending}.md"))
            self.assertEqual(len(pages), 3)
            for page in pages:
                text = re.sub(r"\s*\n\s*", " ", page.read_text(encoding="utf-8"))
                labels = set(re.findall("“([^”]+)”", text))
                # A label may go on with a number, a note or a name: “数据核对提示 {n} 条”.
                lost = [label for label in labels if not any(word.startswith(label) for word in shown)]
                self.assertEqual(lost, [], page.name)

    def test_both_languages_have_the_same_parts(self):
        for page in ROOT.glob("docs/guide/*.en.md"):
            other = page.with_name(page.name.replace(".en.", ".zh-CN."))
            parts = [len(re.findall(r"^## ", text_of(path), re.MULTILINE)) for path in (page, other)]
            self.assertEqual(parts[0], parts[1], page.name)


class TwoHops(unittest.TestCase):
    def setUp(self):
        self.rows = table_rows((ROOT / "docs/architecture.md").read_text(encoding="utf-8"))

    def test_every_name_stands_in_the_file_named_after_it(self):
        self.assertGreater(len(self.rows), 15)
        for row in self.rows:
            for cell in row[1:4]:
                self.assertEqual(unkept_names(cell), [], row[0])

    def test_every_capability_has_a_row(self):
        header = (ROOT / "src/edge/api/capabilities.hpp").read_text(encoding="utf-8")
        declared = set(re.findall(r"void declare_(\w+)\(", header)) - {"all"}
        shown = {pathlib.Path(span).stem for row in self.rows for span in CODE.findall(row[1])}
        self.assertEqual(declared - shown, set())

    def test_every_table_is_one_that_a_module_declares(self):
        sql = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("src/domain/*/*.cpp"))
        declared = set(re.findall(r"create table (\w+)", sql))
        shown = {span for row in self.rows for span in CODE.findall(row[4])}
        self.assertEqual(shown ^ declared, set(), "tables missing in the table, or in no module")


class Modules(unittest.TestCase):
    def test_every_module_is_in_the_table_of_modules(self):
        text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
        for place in ROOT.glob("src/**/CMakeLists.txt"):
            found = re.search(r"add_module\((\w+)", place.read_text(encoding="utf-8"))
            if found:
                self.assertIn(f"\n| `{found.group(1)}` |", text)


class Words(unittest.TestCase):
    def test_every_code_name_is_in_the_code(self):
        page = ROOT / "docs/words.md"
        said = [path.read_text(encoding="utf-8") for pattern in ("src/**/*.hpp", "packs/**/*.yaml", "src/edge/api/*.cpp")
                for path in ROOT.glob(pattern)]
        known = set(re.findall(r"\w+", "\n".join(said)))
        rows = [line.split("|") for line in page.read_text(encoding="utf-8").split("\n") if line.startswith("| ")]
        names = [name for row in rows for span in CODE.findall(row[3]) for name in re.findall(r"\w+", span)]
        self.assertGreater(len(names), 80)
        self.assertEqual([name for name in names if name not in known], [])

    def test_no_word_is_listed_twice(self):
        lines = (ROOT / "docs/words.md").read_text(encoding="utf-8").split("\n")
        words = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
        words = [word for word in words if word not in ("中文", "---")]
        self.assertEqual(sorted(words), sorted(set(words)))


if __name__ == "__main__":
    unittest.main()
