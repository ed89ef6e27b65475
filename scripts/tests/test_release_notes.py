"""Tests of scripts/release-notes."""

import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "release-notes")
CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-30

### Added

- A thing.

## [1.1.0] - 2026-10-01

- An older thing.

[Unreleased]: https://example.org
"""


class ReleaseNotes(unittest.TestCase):
    def run_for(self, version, manifest='[workspace.package]\nversion = "1.2.0"\n[package]\nversion.workspace = true\n'):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("Cargo.toml", manifest), ("CHANGELOG.md", CHANGELOG)):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
                    out.write(text)
            return subprocess.run([SCRIPT, version, folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_the_section_of_the_version(self):
        done = self.run_for("1.2.0")
        self.assertEqual((done.returncode, done.stdout), (0, "### Added\n\n- A thing.\n"))

    def test_another_version_than_the_workspace(self):
        done = self.run_for("1.1.0")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("Cargo.toml says 1.2.0", done.stderr)

    def test_a_version_without_a_section(self):
        done = self.run_for("1.3.0", '[package]\nname = "x"\nversion = "1.3.0"\n')
        self.assertEqual(done.returncode, 1)
        self.assertIn("no section", done.stderr)

    def test_the_last_section_ends_before_the_links(self):
        done = self.run_for("1.1.0", '[package]\nversion = "1.1.0"\n')
        self.assertEqual((done.returncode, done.stdout), (0, "- An older thing.\n"))


if __name__ == "__main__":
    unittest.main()
