"""Tests of scripts/check-links: each makes a folder of pages and reads the verdict."""

import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "check-links")


class CheckLinks(unittest.TestCase):
    def check(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = os.path.join(folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
            done = subprocess.run([SCRIPT, folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stdout + done.stderr

    def test_links_and_paths_that_exist(self):
        code, out = self.check(
            {
                "README.md": "# One\n\n## A `b` heading\n\n[a](docs/a.md) [b](docs/a.md#some-words) [c](#a-b-heading) [d](https://example.org/x) `src/lib.rs:3`\n",
                "docs/a.md": "# Some words\n\n[back](../README.md) `src/*.rs` `src/<name>.rs` `/etc/src/none` `notsrc/none`\n\n```\n`src/none.rs` [x](none.md)\n```\n",
                "src/lib.rs": "",
            }
        )
        self.assertEqual(code, 0, out)
        self.assertIn("2 pages", out)

    def test_what_does_not_exist(self):
        code, out = self.check(
            {"README.md": "[a](docs/none.md)\n[b](docs/a.md#none)\n`src/none.rs` and `src/none/*.rs`\n[c]: gone.md\n", "docs/a.md": "# A\n\n`crates/none`\n"}
        )
        self.assertEqual(code, 1)
        for text in (
            "README.md:1: link to docs/none.md: docs/none.md not found",
            "README.md:2: link to docs/a.md#none: heading #none not found in docs/a.md",
            "README.md:3: `src/none.rs` not found",
            "README.md:3: `src/none/*.rs` not found",
            "README.md:4: link to gone.md",
            "docs/a.md:3: `crates/none` not found",
        ):
            self.assertIn(text, out)


if __name__ == "__main__":
    unittest.main()
