# Machines with the nixpkgs lib in `NIXPKGS_LIB` and the binary from `scripts/nix --prepare`.
let
  inherit (builtins) getEnv getFlake;

  stub = getFlake "path:${toString ../../../target/nixpkgs}";
in
import ./nixos.nix {
  lib = import (getEnv "NIXPKGS_LIB");
  inherit (stub.legacyPackages.x86_64-linux) confgate;
}
