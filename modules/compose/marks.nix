# The marks that modules/properties.nix puts around a value.
let
  inherit (builtins) isAttrs;

  names = {
    "if" = "mkIf";
    merge = "mkMerge";
    order = "mkOrder";
    override = "mkOverride";
  };
in
{
  isMark = value: value ? _type && isAttrs value && names ? ${value._type};
  markOf = value: names.${value._type};
}
