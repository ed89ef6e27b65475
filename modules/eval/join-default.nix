# Definitions of the priority of the defaults of the schema, which join the default.
let
  inherit (builtins) filter head mapAttrs;

  # As mkOptionDefault has it in nixpkgs.
  optionDefaultPriority = 1500;

  # Marks what comes from the default.
  defaultPosition = {
    file = "";
    line = 0;
    column = 0;
  };
  isWritten = position: position.file != "";

  # The default is not written in a module, so origins do not contain it.
  withoutDefaultPositions = mapAttrs (
    part: value:
    if part == "summary" then
      withoutDefaultPositions value
    else if part == "origins" then
      filter (origin: origin.value.set != [ ]) (
        map (origin: {
          inherit (origin) name;
          value = origin.value // {
            set = filter isWritten origin.value.set;
          };
        }) value
      )
    else if part == "problems" then
      map (problem: problem // { at = filter isWritten problem.at; }) value
    else
      value
  );
in
/**
  Evaluates definitions of an option together with its default.

  # Type

  ```
  joinDefault :: OptionNode -> ([ Definition ] -> Result) -> [ Definition ] -> Result
  ```
*/
opt: evaluate: defs:
withoutDefaultPositions (
  evaluate (
    [
      {
        value = opt.default;
        pos = defaultPosition;
        priority = optionDefaultPriority;
        isDefault = true;
        context = (head defs).context.inner;
      }
    ]
    ++ defs
  )
)
