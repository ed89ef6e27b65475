# The bundle of the settings. It is built from the definitions, not from the values that nixpkgs merges
# them to, so that errors name the file, line and column of a definition.
{ lib, service }:
let
  inherit (lib)
    concatMap
    head
    last
    ;
  inherit (builtins) match storeDir unsafeDiscardStringContext;
  inherit (service)
    mapAt
    name
    schema
    schemaInStore
    ;

  evaluate = import ../evaluate.nix { inherit schema; };
  inherit (import ../schema/request.nix) toRequest;
  schemaRequest = toRequest { inherit mapAt schemaInStore; };
  inherit (import ../bundle.nix { inherit evaluate schemaRequest; }) mkBundle;

  # A machine in a flake has its files in a store path that changes with every edit. Messages name
  # files relative to it.
  storeFolderOf =
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
  folders = concatMap storeFolderOf definitions;
in
mkBundle {
  inherit name;
  inherit (cfg) accept environment;
  inherit (service) format;
  # In the form that the type of the option reads.
  modules = map (definition: {
    _file = definition.file;
    imports = [ definition.value ];
  }) definitions;
  root = if folders == [ ] then "" else last folders;
  # All of nixpkgs' lib, as in other modules of the machine.
  specialArgs = {
    inherit lib;
  }
  // cfg.specialArgs;
  confgate = cfg.confgatePackage;
  check = cfg.checkConfig;
  # The config of the machine is a link to the file alone.
  withSchema = false;
}
