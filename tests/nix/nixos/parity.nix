# Compares the options of the schema with evaluate.nix, over generated sets of modules and over the files
# in config/. nixpkgs' module system alone and inside a machine has to give the same values and the same
# order of lists, and a bundle of a machine the same settings and positions. Both sides have to reject
# the same sets. For the files in config/, both also have to name the same ones for each value.
let
  inherit (import ./machine.nix) bitcraps lib machine;
  inherit (lib)
    catAttrs
    collect
    concatMap
    concatStringsSep
    filter
    length
    lessThan
    mapAttrsToList
    nameValuePair
    removeAttrs
    sort
    ;
  inherit (builtins) deepSeq toJSON tryEval;

  schema = lib.importJSON ../../../modules/schema.json;
  evaluate = import ../../../modules/evaluate.nix { inherit schema; };
  secret = import ../../../modules/secret.nix;

  fields = map (field: field // { optional = isOptional field.path schema; }) (
    import ./fields.nix {
      inherit lib schema;
      environment = "Staging";
    }
  );
  isOptional =
    path: schema:
    if path == [ ] then
      schema.x-optional or false
    else if schema ? properties then
      isOptional (lib.tail path) schema.properties.${lib.head path}
    else
      false;

  generated = import ./generate.nix { inherit fields lib; } 240;
  fleet = import ../../../config/fleet.nix;
  written =
    mapAttrsToList (
      name: node:
      node
      // {
        inherit name;
        isWritten = true;
      }
    ) (import ../../../config)
    ++ mapAttrsToList (name: node: {
      inherit name;
      inherit (node) environment;
      isWritten = true;
      # The settings of a node are in this file, which nixpkgs does not record.
      modules =
        fleet.common
        ++ concatMap (tag: fleet.tags.${tag}) node.tags
        ++ map (lib.setDefaultModuleLocation ../../../config/fleet.nix) node.modules;
    }) fleet.nodes;

  # The files that define each option.
  pointer = option: "/" + concatStringsSep "/" option.loc;
  filesBy =
    of: alone: here:
    map (option: nameValuePair (pointer option) (sort lessThan (of option))) (
      filter (option: here.origins ? ${pointer option}) (
        collect lib.isOption (removeAttrs alone.options [ "_module" ])
      )
    );
  filesThere = filesBy (option: map toString option.files);
  filesHere =
    alone: here: filesBy (option: catAttrs "file" here.origins.${pointer option}.set) alone here;

  attempt = value: tryEval (deepSeq value value);

  look =
    {
      name,
      environment,
      modules,
      isWritten ? false,
    }:
    let
      options = import ../../../modules/options.nix { inherit environment lib schema; };
      alone = lib.evalModules {
        specialArgs = { inherit environment secret; };
        modules = [ options ] ++ modules;
      };
      inside = machine [
        bitcraps
        {
          services.bitcraps = {
            enable = true;
            inherit environment;
            settings.imports = modules;
          };
        }
      ];
      bundle = lib.head inside.config.system.checks;
      here = evaluate {
        inherit environment modules;
        specialArgs = { inherit lib; };
      };

      theirs = attempt alone.config;
      machines = attempt inside.config.services.bitcraps.settings;
      # Retired keys are not options.
      ours = attempt (removeAttrs here.config [ "last_reload" ]);
      refused = here.problems != [ ] || !ours.success;

      differ = what: a: b: [ "${name}: ${what}\n  nixpkgs: ${toJSON a}\n  here:    ${toJSON b}" ];
    in
    {
      inherit refused;
      differences =
        if !theirs.success || !machines.success then
          if refused && !theirs.success && !machines.success then
            [ ]
          else
            differ "refused" (if theirs.success then theirs.value else "an error") (
              if refused then here.problems else ours.value
            )
        else if refused then
          differ "refused here" theirs.value here.problems
        else if theirs.value != ours.value then
          differ "values" theirs.value ours.value
        else if machines.value != ours.value then
          differ "values in a machine" machines.value ours.value
        else if bundle.settings != here.settings then
          differ "settings of the bundle" bundle.settings here.settings
        else if bundle.origins != here.origins then
          differ "origins of the bundle" bundle.origins here.origins
        else if isWritten && filesThere alone here != filesHere alone here then
          differ "files" (filesThere alone here) (filesHere alone here)
        else
          [ ];
    };

  results = map look (generated ++ written);
in
{
  sets = length results;
  refused = length (filter (result: result.refused) results);
  differences = concatMap (result: result.differences) results;
}
