# Values that JSON, and then TOML, can carry without loss. Types and bounds are left to the gate.
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

  # From 2^53 on, floats do not hold every whole number.
  largestExact = 9007199254740992.0;
  isWhole = x: x < largestExact && x > 0.0 - largestExact && floor x == x;
  isFinite = x: x - x == 0.0;

  # Nix before 2.12 writes six digits of a float, which may be another number.
  isWrittenExactly = x: fromJSON (toJSON x) == x;

  valid = value: { inherit value; };
  invalid = kind: { problem = { inherit kind; }; };

  checks = {
    path = _: _: invalid "path";
    lambda = _: _: invalid "function";
    float =
      isInteger: x:
      if !(isFinite x) then
        invalid "not-finite"
      else if isWhole x then
        if isInteger then
          {
            problem = {
              kind = "whole-float";
              value = floor x;
            };
          }
        else
          # Nix before 2.12 writes 10.0 as 10. Writing 10 on every version keeps store paths equal;
          # the schema tells the renderer that the field is a float.
          valid (floor x)
      else if isWrittenExactly x then
        valid x
      else
        invalid "float-precision";
    # A derivation, or another set with a string form, becomes that string.
    set = _: value: valid (toString value);
  };

  isTable = value: isAttrs value && !(value ? outPath || value ? __toString);
in
{
  /**
    Tests for a set that becomes a table. A set with a string form, such as a derivation, becomes a
    string instead.

    # Type

    ```
    isTable :: Any -> Bool
    ```

    # Example

    ```nix
    isTable { port = 1; }
    => true
    isTable { outPath = "/srv"; }
    => false
    ```
  */
  inherit isTable;

  /**
    Tests for the usual definition of a section: a table without properties around it.

    # Type

    ```
    isBareTable :: Definition -> Bool
    ```
  */
  isBareTable =
    { value, context, ... }:
    context.bare && isAttrs value && !(value ? _type || value ? outPath || value ? __toString);

  /**
    Tests for a value that `checkValue` has to look at. Strings, booleans, integers and null can be
    carried as they are.

    # Type

    ```
    needsCheck :: Any -> Bool
    ```
  */
  needsCheck = value: !(isString value || isInt value || isBool value || value == null);

  /**
    Converts a value to the one that the settings carry, or names the reason why none can. Tables
    and lists give `{ }`, because their elements are checked one by one.

    # Inputs

    `isInteger`

    : Whether the schema wants an integer, so that a whole float is a problem

    `value`

    : The value of a definition

    # Type

    ```
    checkValue :: Bool -> Any -> { value :: Any; } | { problem :: { kind :: String; }; } | { }
    ```

    # Example

    ```nix
    checkValue false 10.0
    => { value = 10; }
    checkValue true 10.0
    => { problem = { kind = "whole-float"; value = 10; }; }
    ```
  */
  checkValue =
    isInteger: value:
    if isList value || isTable value then
      { }
    else
      (checks.${typeOf value} or (_: valid)) isInteger value;
}
