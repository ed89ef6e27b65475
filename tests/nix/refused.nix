# The cases of tests/refused and tests/admitted that are Nix modules, as bundles by name. What is wrong with them must be
# said by their builder, so evaluating them never fails.
{
  # The folder of a flake that carries the binary.
  nixpkgs,
  folder,
}:
let
  inherit (builtins)
    attrNames
    filter
    getFlake
    listToAttrs
    pathExists
    readDir
    readFile
    replaceStrings
    ;
  inherit (import ../../modules { }) mkBundle;
  inherit ((getFlake "path:${nixpkgs}").legacyPackages.x86_64-linux) confgate;

  cases = ../. + "/${folder}";
  isNix = name: pathExists (cases + "/${name}/config.nix");
  bundle =
    name:
    let
      root = cases + "/${name}";
      chosen = root + "/environment";
    in
    mkBundle {
      inherit name confgate root;
      environment =
        if pathExists chosen then replaceStrings [ "\n" ] [ "" ] (readFile chosen) else "Production";
      modules = [ (root + "/config.nix") ];
    };
in
listToAttrs (
  map (name: {
    inherit name;
    value = bundle name;
  }) (filter isNix (attrNames (readDir cases)))
)
