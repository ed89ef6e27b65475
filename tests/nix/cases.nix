# The cases of tests/refused and tests/admitted that are Nix modules, as bundles by name. Their errors
# are reported by the builder, so evaluating them never fails.
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
  # The folder where `scripts/nix --prepare` puts the binary.
  stub = getFlake "path:${toString ../../target/nixpkgs}";
  inherit (stub.legacyPackages.x86_64-linux) confgate;

  bundle =
    root: name:
    mkBundle (
      {
        inherit name confgate root;
        environment =
          if pathExists (root + "/environment") then
            replaceStrings [ "\n" ] [ "" ] (readFile (root + "/environment"))
          else
            "Production";
        modules = [ (root + "/config.nix") ];
      }
      // (if pathExists (root + "/bundle.nix") then import (root + "/bundle.nix") else { })
    );

  casesIn =
    folder:
    listToAttrs (
      map (name: {
        inherit name;
        value = bundle (folder + "/${name}") name;
      }) (filter (name: pathExists (folder + "/${name}/config.nix")) (attrNames (readDir folder)))
    );
in
{
  refused = casesIn ../refused;
  admitted = casesIn ../admitted;
}
