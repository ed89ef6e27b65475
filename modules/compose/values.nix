# What may be a value at all, before anyone asks whether it is a good one: what JSON, and then TOML, can carry unharmed.
let
  inherit (builtins)
    floor
    fromJSON
    isAttrs
    isBool
    isInt
    isList
    isString
    toJSON
    typeOf
    ;

  # Beyond this, not every whole number is a float.
  exact = 9007199254740992.0;
  isWhole = x: x < exact && x > 0.0 - exact && floor x == x;
  isFinite = x: x - x == 0.0;

  # Nix before 2.12 writes six digits of a float, so what it writes may be another number.
  survives = x: isFinite x && fromJSON (toJSON x) == x;

  accept = value: { inherit value; };
  refuse = kind: { problem = { inherit kind; }; };

  checks = {
    path = _: _: refuse "path";
    lambda = _: _: refuse "function";
    float =
      integer: x:
      if isWhole x then
        if integer then
          {
            problem = {
              kind = "whole-float";
              value = floor x;
            };
          }
        else
          # Nix before 2.12 writes 10.0 as 10, newer ones do not, and a bundle has one path under both. The schema tells
          # whoever renders it that it is a float.
          accept (floor x)
      else if survives x then
        accept x
      else
        refuse "float-precision";
    # A derivation or the like: its string is meant.
    set = _: value: accept (toString value);
  };

  # A set that stands for a string is no table.
  isTable = value: isAttrs value && !(value ? outPath || value ? __toString);
in
{
  inherit isTable;

  # What needs a look: all but what is of these types.
  isLoose = value: !(isString value || isBool value || isInt value || value == null);

  # For what is neither a table nor a list: `{ value }` as it goes into the settings, or `{ problem }`.
  judge =
    integer: value:
    if isList value || isTable value then
      { }
    else
      (checks.${typeOf value} or (_: accept)) integer value;
}
