"""Tests of scripts/check-features: workspaces of empty packages with the names that the check looks for."""

import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "check-features")

NEEDED = ("confgate-core", "confgate-runtime", "jsonschema", "arc-swap")


def package(name, extra=""):
    return f'[package]\nname = "{name}"\nversion = "1.2.3"\nedition = "2021"\n{extra}'


class CheckFeatures(unittest.TestCase):
    def check(self, needed=(), optional=(), pin="1"):
        names = [*NEEDED, *needed, *optional]
        dependencies = "".join(
            f'{name} = {{ path = "vendor/{name}", version = "{pin}"{", optional = true" if name in optional else ""} }}\n' for name in names
        )
        cli = ", ".join(f'"dep:{name}"' for name in optional)
        with tempfile.TemporaryDirectory() as folder:
            self.write(folder, "Cargo.toml", package("confgate", f'[features]\nlive = []\ncli = [{cli}]\n[workspace]\n[dependencies]\n{dependencies}'))
            self.write(folder, "src/lib.rs", "")
            for name in names:
                self.write(folder, f"vendor/{name}/Cargo.toml", package(name))
                self.write(folder, f"vendor/{name}/src/lib.rs", "")
            subprocess.run(["cargo", "generate-lockfile", "--offline", "--quiet"], cwd=folder, check=True)
            done = subprocess.run([SCRIPT, "--tree", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stdout + done.stderr

    @staticmethod
    def write(folder, name, text):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def test_optional_dependencies_stay_out(self):
        code, out = self.check(optional=["clap", "tokio"])
        self.assertEqual(code, 0, out)

    def test_a_dependency_that_is_not_optional(self):
        code, out = self.check(needed=["clap"])
        self.assertEqual(code, 1)
        self.assertIn("clap is compiled into a service", out)

    def test_an_exact_pin(self):
        code, out = self.check(pin="=1.2.3")
        self.assertEqual(code, 1)
        self.assertIn("confgate pins jsonschema =1.2.3", out)


if __name__ == "__main__":
    unittest.main()
