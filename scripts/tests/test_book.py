"""Tests of scripts/book: each makes a folder of pages, and a program in place of mdBook that writes the site."""

import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "book")


class Book(unittest.TestCase):
    def run_script(self, files, arguments=(), site=None):
        with tempfile.TemporaryDirectory() as folder:
            written = {f"target/site/{name}": text for name, text in (site or {}).items()}
            written["mdbook"] = f"#!/bin/sh\nmkdir -p {folder}/target && cp -r {folder}/target/site {folder}/target/book\n"
            for name, text in (files | written).items():
                path = os.path.join(folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
            os.chmod(os.path.join(folder, "mdbook"), 0o755)
            variables = os.environ | {"MDBOOK": os.path.join(folder, "mdbook")}
            command = [SCRIPT, *arguments, folder]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=variables, check=False)
            index = os.path.join(folder, "target/book/a.html")
            page = open(index, encoding="utf-8").read() if os.path.exists(index) else ""
        return done.returncode, done.stdout, page

    def test_a_summary_lists_each_page_once(self):
        files = {
            "docs/SUMMARY.md": "- [A](a.md)\n- [A again](a.md)\n- [Gone](gone.md)\n",
            "docs/a.md": "",
            "docs/more/b.md": "",
        }
        code, out, _ = self.run_script(files, ["--summary"])
        self.assertEqual(code, 1)
        self.assertEqual(
            out,
            "docs/SUMMARY.md does not list docs/more/b.md\n"
            "docs/SUMMARY.md lists gone.md, which is not in docs/\n"
            "docs/SUMMARY.md lists a.md twice\n",
        )

    def test_links_of_the_site_lead_somewhere(self):
        files = {"docs/SUMMARY.md": "- [A](a.md)\n", "docs/a.md": "", "README.md": "", "src/lib.rs": ""}
        site = {
            "a.html": '<h1 id="one"></h1><a href="#one"></a><a href="b.html"></a><a href="#two"></a><a href="../README.html#x"></a>'
            '<a href="../src/lib.rs"></a><a href="https://example.org"></a>'
        }
        code, out, page = self.run_script(files, site=site)
        self.assertEqual(code, 1)
        self.assertEqual(out, "a.html: #two has no such anchor\na.html: b.html leads nowhere\n")
        for link in ("README.md#x", "src/lib.rs"):
            self.assertIn(f'href="https://github.com/confgate/confgate/blob/main/{link}"', page)

    def test_a_whole_site_passes(self):
        files = {"docs/SUMMARY.md": "- [A](a.md)\n", "docs/a.md": ""}
        code, out, _ = self.run_script(files, site={"a.html": "<a href='a.html'></a>"})
        self.assertEqual((code, out), (0, "docs: 1 pages\n"))


if __name__ == "__main__":
    unittest.main()
