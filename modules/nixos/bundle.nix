# The bundle of the settings: made from the definitions themselves and not from what nixpkgs makes of them, so that what the
# gate refuses is shown in the file, line and column that say it.
{ lib, service }:
let
  inherit (lib)
    concatMap
    head
    last
    ;
  inherit (builtins) match storeDir unsafeDiscardStringContext;
  inherit (service) schemaInStore name schema;

  evaluate = import ../evaluate.nix { inherit schema; };
  inherit (import ../bundle.nix { inherit evaluate schemaInStore; }) mkBundle;

  # A machine of a flake is written in a folder of the store, whose name says nothing and changes with every edit. Messages
  # name files from there on.
  foldersOf =
    definition:
    let
      file = unsafeDiscardStringContext (toString definition.file);
      found = match "(${storeDir}/[^/]+)/.*" file;
    in
    if found == null then [ ] else [ (head found) ];
in
cfg: settings:
let
  definitions = settings.definitionsWithLocations;
  folders = concatMap foldersOf definitions;
in
mkBundle {
  inherit name;
  inherit (cfg) accept environment;
  inherit (service) format;
  # As the type of the option reads them.
  modules = map (definition: {
    _file = definition.file;
    imports = [ definition.value ];
  }) definitions;
  root = if folders == [ ] then "" else last folders;
  # The whole lib, as in every other module of the machine.
  specialArgs = { inherit lib; };
  confgate = cfg.confgatePackage;
  check = cfg.checkConfig;
}
