# A fleet of `count` nodes as a derivation. Every node contains `salt`, so each run builds again.
{
  count,
  salt,
  # The flake with the binary.
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
