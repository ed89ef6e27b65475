"""Tests of scripts/check-language: each makes a folder of files and reads the verdict."""

import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "check-language")


class CheckLanguage(unittest.TestCase):
    def check(self, files, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = os.path.join(folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
            done = subprocess.run([SCRIPT, *arguments, folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stdout + done.stderr

    def passes(self, files):
        code, out = self.check(files)
        self.assertEqual(code, 0, out)
        return out

    def fails(self, files, *texts):
        code, out = self.check(files)
        self.assertEqual(code, 1, out)
        for text in texts:
            self.assertIn(text, out)

    def test_plain_language_passes(self):
        self.passes(
            {
                "src/lib.rs": "//! A library.\n\n/// Returns the answer, whatever is asked.\npub fn f() -> &'static str { \"not a URL; it is no longer used\" }\n",
                "docs/a.md": "What is a page? Headings may ask.\n",
            }
        )

    def test_openings_above_the_share(self):
        plain = "".join(f"// Returns {n}.\nfn f{n}() {{}}\n" for n in range(18))
        self.passes({"src/lib.rs": plain + "// What it is.\nfn last() {}\n// More.\n" + "fn x() {}\n// End.\n"})
        self.fails(
            {"src/lib.rs": plain + "// What it is.\nfn last() {}\n"},
            "src/lib.rs:37: What it is.",
            "19 comment blocks, 1 (5.3%)",
        )

    def test_each_kind_of_comment_is_read(self):
        files = {
            "src/a.rs": "//! Who is here.\n/// Whose it is.\n/** How\n * it goes. */\nfn f() {} // where it ends\n",
            "modules/a.nix": "# Whether it is.\n/** What it does. */\n{ a = \"# What\"; }\n",
            "scripts/a.sh": "#!/bin/sh\n# How it goes.\necho \"# What\"\n",
            "scripts/b": "#!/usr/bin/env python3\n\"\"\"What a module is.\"\"\"\n\n\ndef f():\n    \"\"\"Who calls.\"\"\"\n",
            "Makefile": "# Where it is.\n",
        }
        code, out = self.check(files)
        self.assertEqual(code, 1)
        self.assertIn("10 comment blocks, 10 (100.0%)", out)
        for place in ("src/a.rs:1:", "src/a.rs:2:", "src/a.rs:3:", "src/a.rs:5:", "modules/a.nix:1:", "modules/a.nix:2:"):
            self.assertIn(place, out)
        for place in ("scripts/a.sh:2:", "scripts/b:2:", "scripts/b:6:", "Makefile:1:"):
            self.assertIn(place, out)

    def test_a_block_of_lines_counts_once(self):
        code, out = self.check({"src/a.rs": "/// Returns it.\n/// What follows\n/// is one block.\nfn f() {}\n"}, "--count")
        self.assertEqual(code, 0)
        self.assertIn("1 comment blocks, 0 (0.0%)", out)

    def test_a_question_word_inside_a_string_or_a_raw_string_is_no_comment(self):
        out = self.passes({"src/a.rs": "const A: &str = \"// What\";\nconst B: &str = r#\"\"// What\"#;\nconst C: char = '\"'; // Ends.\n"})
        self.assertIn("1 comment blocks, 0", out)

    def test_persons(self):
        self.fails({"src/a.rs": "// The file, which nobody reads.\nfn f() {}\n"}, "src/a.rs:1: The file")
        self.fails({"src/a.rs": "const A: &str = \"a\n  Somebody else\";\n"}, "src/a.rs:2: Somebody else")
        self.fails({"docs/a.md": "One.\n\nWhoever comes.\n"}, "docs/a.md:3:")
        self.fails({"modules/a.nix": "{ a = ''\n  nobody\n''; }\n"}, "modules/a.nix:2:")
        self.fails({"scripts/a.sh": "#!/bin/sh\necho nobody is here\n"}, "scripts/a.sh:2:")

    def test_the_system_user_and_names_of_functions_may_say_nobody(self):
        self.passes(
            {
                "src/a.rs": "fn nobody_is_told() {}\nfn nobody() {}\n// Runs as `nobody`.\nconst A: &str = \"nobody\";\n",
                "modules/a.nix": "{ User = \"nobody\"; }\n",
            }
        )

    def test_negations_in_messages(self):
        self.fails({"src/a.rs": "const A: &str = \"port is no number\";\n"}, "src/a.rs:1:")
        self.fails({"crates/core/src/a.rs": "const A: &str = \"the host is none of a, b\";\n"}, "crates/core/src/a.rs:1:")
        self.passes({"tests/a.rs": "const A: &str = \"port is no number\";\n", "src/a.rs": "// It is no comment for this rule.\n"})


if __name__ == "__main__":
    unittest.main()
