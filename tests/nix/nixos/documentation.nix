# The documentation of all options of the module, as NixOS prints it, for a machine whose environment throws when it is read.
let
  inherit (import ./machine.nix)
    agents
    bitcraps
    fleets
    lib
    machine
    ;
  inherit (lib)
    filter
    hasPrefix
    mkForce
    optionAttrSetToDocList
    ;

  options =
    (machine [
      agents
      bitcraps
      fleets
      { services.bitcraps.environment = mkForce (throw "the documentation asks for the environment"); }
    ]).options;
in
map
  (option: {
    inherit (option) description name type;
    default = option.default.text or "";
    example = option.example.text or "";
  })
  (
    filter (
      option: option.visible && !option.internal && !(hasPrefix "_module" (lib.last option.loc))
    ) (optionAttrSetToDocList { inherit (options.services) bitcraps confgate; })
  )
