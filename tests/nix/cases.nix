# The cases of tests/corpus with config.nix, as bundles by area and name. The builder of a bundle reports what is wrong with
# it, so evaluating never fails.
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
  lib = import ../../modules { };
  # A case may have a schema, and URLs that it refers to.
  libOf =
    root:
    if pathExists (root + "/schema.json") then
      lib.forSchema {
        schemaFile = root + "/schema.json";
        schemaMap = if pathExists (root + "/schema-map.nix") then import (root + "/schema-map.nix") else { };
      }
    else
      lib;
  # The folder where `scripts/nix --prepare` puts the binary.
  stub = getFlake "path:${toString ../../target/nixpkgs}";
  inherit (stub.legacyPackages.x86_64-linux) confgate;

  bundle =
    root: name:
    (libOf root).mkBundle (
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

  foldersIn =
    folder:
    let
      entries = readDir folder;
    in
    filter (name: entries.${name} == "directory") (attrNames entries);

  casesIn =
    area:
    listToAttrs (
      map (name: {
        inherit name;
        value = bundle (area + "/${name}") name;
      }) (filter (name: pathExists (area + "/${name}/config.nix")) (foldersIn area))
    );
in
listToAttrs (
  map (name: {
    inherit name;
    value = casesIn (../corpus + "/${name}");
  }) (foldersIn ../corpus)
)
