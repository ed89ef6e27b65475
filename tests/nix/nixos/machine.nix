# Machines with the lib of nixpkgs that `NIXPKGS_LIB` names, and the binary where `scripts/nix --prepare` puts it.
let
  inherit (builtins) getEnv getFlake;

  stub = getFlake "path:${toString ../../../target/nixpkgs}";
in
import ./nixos.nix {
  lib = import (getEnv "NIXPKGS_LIB");
  inherit (stub.legacyPackages.x86_64-linux) confgate;
}
