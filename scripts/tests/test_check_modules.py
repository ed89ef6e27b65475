"""Tests of scripts/check-modules: each makes a workspace in a temporary folder and reads the verdict."""

import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "check-modules")
PACKAGE = '[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n'


class CheckModules(unittest.TestCase):
    def check(self, files, *arguments):
        """Runs the script on the files of a crate `one`, or on a workspace if a Cargo.toml is among them."""
        files = dict(files)
        if "Cargo.toml" not in files:
            files["Cargo.toml"] = PACKAGE.format(name="one")
            files.setdefault("src/lib.rs", "".join(f"mod {name};\n" for name in self.top(files)))
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = os.path.join(folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
            done = subprocess.run([SCRIPT, *arguments, folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stdout + done.stderr

    @staticmethod
    def top(files):
        names = set()
        for name in files:
            if name.startswith("src/"):
                names.add(name[len("src/") :].split("/")[0].replace(".rs", ""))
        return sorted(names)

    def passes(self, files):
        code, out = self.check(files)
        self.assertEqual(code, 0, out)

    def fails(self, files, *texts):
        code, out = self.check(files)
        self.assertEqual(code, 1, out)
        for text in texts:
            self.assertIn(text, out)

    def test_one_way_is_no_circle(self):
        self.passes({"src/a.rs": "use crate::b::B;\npub struct A(B);\n", "src/b.rs": "pub struct B;\n"})

    def test_two_files_that_use_each_other(self):
        self.fails(
            {"src/a.rs": "use crate::b::B;\npub struct A(B);\n", "src/b.rs": "pub struct B;\nfn f(_: &super::a::A) {}\n"},
            "circle of 2 files",
            "src/a.rs -> src/b.rs: B (line 1)",
            "src/b.rs -> src/a.rs: A (line 2)",
        )

    def test_circle_through_a_facade(self):
        self.fails(
            {
                "src/a.rs": "use crate::b::B;\npub struct A(B);\n",
                "src/b/mod.rs": "mod inner;\npub use self::inner::B;\n",
                "src/b/inner.rs": "pub struct B;\nfn f() { let _ = crate::a::A::new; }\n",
            },
            "src/a.rs -> src/b/inner.rs: B",
        )

    def test_facade_adds_no_edge(self):
        # The façade names both files, and one of them uses the other through the façade.
        self.passes(
            {
                "src/b/mod.rs": "mod one;\nmod two;\npub use one::One;\npub use two::Two;\n",
                "src/b/one.rs": "pub struct One;\n",
                "src/b/two.rs": "use super::One;\npub struct Two(One);\n",
            }
        )

    def test_renamed_reexport_and_nested_use_trees(self):
        self.fails(
            {
                "src/a.rs": "use crate::{b::{self, Other as Mine}};\npub struct A(Mine);\nfn f() { b::go() }\n",
                "src/b/mod.rs": "mod x;\nmod y;\npub use self::{x::X as Other, y::go};\n",
                "src/b/x.rs": "pub struct X;\nuse crate::a::A;\n",
                "src/b/y.rs": "pub fn go() {}\n",
            },
            "circle of 2 files",
            "src/a.rs -> src/b/x.rs: X",
        )

    def test_imported_module_counts_at_its_use(self):
        self.fails(
            {
                "src/a.rs": "use crate::b;\npub fn a() { b::deep::go() }\n",
                "src/b/mod.rs": "pub mod deep;\n",
                "src/b/deep.rs": "pub fn go() { crate::a::a() }\n",
            },
            "src/a.rs -> src/b/deep.rs: go (line 2)",
        )

    def test_imported_module_alone_adds_no_edge(self):
        self.passes({"src/a.rs": "use crate::b;\npub fn a() {}\n", "src/b.rs": "pub fn b() { crate::a::a() }\n"})

    def test_glob_imports_count_by_the_names_used(self):
        self.fails(
            {"src/a.rs": "use super::b::*;\npub struct A(B);\n", "src/b.rs": "pub struct B;\nfn f(_: crate::a::A) {}\n"},
            "src/a.rs -> src/b.rs: B",
        )

    def test_inline_modules_belong_to_their_file(self):
        self.fails(
            {
                "src/a.rs": "mod inside { use super::super::b::B; pub struct C(B); }\npub struct A;\n",
                "src/b.rs": "pub struct B;\nfn f(_: crate::a::A) {}\n",
            },
            "circle of 2 files",
        )

    def test_tests_do_not_count(self):
        b = "pub struct B;\n#[cfg(test)]\nmod tests {\n    use crate::a::A;\n    fn f(_: A) {}\n}\n#[cfg(test)]\nuse crate::a::A;\n"
        self.passes({"src/a.rs": "use crate::b::B;\npub struct A(B);\n", "src/b.rs": b})

    def test_a_file_of_tests_does_not_count(self):
        self.passes(
            {
                "src/lib.rs": "mod a;\nmod b;\n",
                "src/a.rs": "use crate::b::B;\npub struct A(B);\n#[cfg(all(test, unix))]\nmod tests;\n",
                "src/a/tests.rs": "use crate::a::A;\n",
                "src/b.rs": "pub struct B;\n#[cfg(test)]\n#[path = \"b_tests.rs\"]\nmod tests;\n",
                "src/b_tests.rs": "use crate::a::A;\n",
            }
        )

    def test_comments_strings_and_macro_definitions_do_not_count(self):
        b = (
            "//! [`crate::a::A`]\n/* use crate::a::A; /* nested */ */\npub struct B;\n"
            "const S: &str = \"crate::a::A\";\nconst R: &str = r#\"\"crate::a::A\"#;\nconst C: (char, &'static str) = ('\"', \"'\");\n"
            "macro_rules! m { () => { crate::a::A } }\n#[doc(alias = \"x\")]\npub(in crate::b) fn f() {}\n"
        )
        self.passes({"src/a.rs": "use crate::b::B;\npub struct A(B);\n", "src/b.rs": b})

    def test_arguments_of_macros_count(self):
        self.fails(
            {"src/a.rs": "use crate::b::B;\npub struct A(B);\npub fn a() {}\n", "src/b.rs": "pub struct B;\nfn f() { dbg!(crate::a::a()); }\n"},
            "circle of 2 files",
        )

    def test_circle_of_three(self):
        self.fails(
            {
                "src/a.rs": "pub fn a() { crate::b::b() }\n",
                "src/b.rs": "pub fn b() { crate::c::c() }\n",
                "src/c.rs": "pub fn c() { crate::a::a() }\n",
            },
            "circle of 3 files",
        )

    def test_code_in_a_facade(self):
        self.fails(
            {"src/lib.rs": "pub mod b;\n", "src/b/mod.rs": "//! Docs.\nmod x;\npub use x::X;\n\npub fn f() {}\n", "src/b/x.rs": "pub struct X;\n"},
            "src/b/mod.rs:5: fn f",
        )

    def test_impl_away_from_its_type(self):
        self.fails(
            {
                "src/a.rs": "pub struct A<T>(T);\nimpl<T> A<T> { fn here() {} }\n",
                "src/b.rs": "use crate::a::A;\nimpl<T: Into<u8>> A<T> { fn f() {} }\nimpl Clone for A<u8> { fn clone(&self) -> Self { todo!() } }\n",
            },
            "src/b.rs:2: impl A belongs in src/a.rs",
        )

    def workspace(self, **dependencies):
        files = {"Cargo.toml": PACKAGE.format(name="root") + '[workspace]\nmembers = ["crates/*"]\n', "src/lib.rs": ""}
        for name in ("core", "runtime", "seal", "test-support"):
            text = PACKAGE.format(name=f"root-{name}")
            for target in dependencies.get(name.replace("-", "_"), ()):
                kind = "dev-" if target.startswith("dev:") else ""
                target = target.replace("dev:", "")
                text += f'[{kind}dependencies.root-{target}]\npath = "../{target}"\n'
            files[f"crates/{name}/Cargo.toml"] = text
            files[f"crates/{name}/src/lib.rs"] = "".join(f"mod {layer};\n" for layer in LAYERS) if name == "core" else ""
        for layer in LAYERS:
            files[f"crates/core/src/{layer}.rs"] = ""
        return files

    def test_crates_as_in_the_table(self):
        self.passes(self.workspace(runtime=["core", "dev:test-support"], seal=["runtime", "core"]))

    def test_crate_edge_outside_the_table(self):
        self.fails(self.workspace(runtime=["seal"]), "runtime depends on seal: it may depend on core")

    def test_test_support_outside_tests(self):
        self.fails(self.workspace(runtime=["test-support"]), "runtime depends on test-support")

    def test_crate_outside_the_table(self):
        files = self.workspace()
        files["crates/other/Cargo.toml"] = PACKAGE.format(name="other")
        files["crates/other/src/lib.rs"] = ""
        self.fails(files, "other: not in the table CRATES")

    def test_folder_that_uses_one_above_it(self):
        files = self.workspace()
        files["crates/core/src/value.rs"] = "use crate::gate::Gate;\n"
        files["crates/core/src/gate.rs"] = "pub struct Gate;\n"
        self.fails(files, "crates/core/src/value.rs:1: uses Gate", "value is below gate")

    def test_missing_module_file(self):
        self.fails({"src/lib.rs": "mod gone;\n"}, "module gone not found")


LAYERS = ["value", "diagnostics", "sensitive", "profile", "schema", "gate"]

if __name__ == "__main__":
    unittest.main()
