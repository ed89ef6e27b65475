# A stand-in for the flake nixpkgs on every system: the functions that this flake calls, each with the arguments that it
# must have. It has nixpkgs' lib from `NIXPKGS_LIB`, and no other package.
let
  inherit (builtins) getEnv listToAttrs;
  nixpkgsLib = import (getEnv "NIXPKGS_LIB");
  # The functions of file sets need a builtin that Nix 2.8 does not have. In their place, the files have to exist.
  lib =
    nixpkgsLib
    // nixpkgsLib.optionalAttrs (!(builtins ? readFileType)) {
      fileset = {
        unions = nixpkgsLib.flatten;
        maybeMissing = file: if builtins.pathExists file then [ file ] else [ ];
        toSource =
          { root, fileset }:
          assert builtins.all builtins.pathExists fileset;
          builtins.toFile "source" (toString (map toString fileset) + toString root);
      };
    };

  package =
    system: name: more:
    derivation {
      inherit name system;
      builder = "/none";
    }
    // more;

  pkgsOf =
    system:
    let
      make = package system;
    in
    lib.makeExtensible (
      pkgs:
      {
        inherit lib;
        stdenv = {
          hostPlatform.isLinux = lib.hasSuffix "-linux" system;
          hostPlatform.system = system;
          buildPlatform.canExecute = _: true;
        };
        installShellFiles = make "installShellFiles" { };
        # A derivation with the arguments, for the tests to read.
        rustPlatform.buildRustPackage =
          arguments@{
            pname,
            version,
            src,
            cargoLock,
            meta,
            buildFeatures,
            ...
          }:
          assert lib.isStorePath "${src}";
          make "${pname}-${version}" (
            {
              inherit arguments meta version src;
            }
            // arguments.passthru or { }
          );
        callPackage =
          file: overrides:
          let
            function = import file;
          in
          function (builtins.intersectAttrs (builtins.functionArgs function) pkgs // overrides);
        mkShell =
          { packages }:
          make "shell" {
            names = map (package: package.name) packages;
          };
        runCommand =
          name: { nativeBuildInputs }: script:
          make name { inherit script nativeBuildInputs; };
        writeShellApplication =
          {
            name,
            runtimeInputs,
            text,
          }:
          make name { inherit runtimeInputs text; };
      }
      // listToAttrs (
        map (name: {
          inherit name;
          value = make name { };
        })
          [
            "cargo"
            "check-jsonschema"
            "clippy"
            "git"
            "nixd"
            "nixfmt-tree"
            "protobuf"
            "rustc"
            "rustfmt"
            "taplo"
          ]
      )
    );
in
{
  inherit lib;
  legacyPackages = lib.genAttrs [
    "aarch64-darwin"
    "aarch64-linux"
    "x86_64-darwin"
    "x86_64-linux"
  ] pkgsOf;
}
