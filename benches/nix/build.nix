# A fleet of `count` nodes as a derivation. `salt` is part of every node, so that each run builds anew.
{
  count,
  salt,
  # The flake that carries the binary.
  stub,
}:
let
  inherit (builtins)
    genList
    getFlake
    listToAttrs
    ;
  inherit (import ../../modules { }) mkFleet;
in
mkFleet {
  inherit ((getFlake "path:${stub}").legacyPackages.x86_64-linux) confgate;
  root = ./.;
  common = [
    ./fleet/production.nix
    ./fleet/region.nix
    ({ lib, ... }: { app.name = lib.mkForce salt; })
  ];
  nodes = listToAttrs (
    genList (index: {
      name = "node${toString index}";
      value = {
        environment = "Production";
        modules = [ (import ./fleet/node.nix index) ];
      };
    }) count
  );
}
