# Mistakes in the structure of a module: attributes of modules with wrong values, and words of NixOS
# modules that settings do not have. Few modules have any of these attributes.
{
  hasConfigOption,
  hasOptionsOption,
  hasText,
  invalidModule,
  keyOf,
  moduleAttrs,
  positionOf,
}:
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    elemAt
    isList
    isString
    removeAttrs
    typeOf
    ;
  inherit (import ../nix-types.nix) withArticle;

  longFormFaults =
    file: module:
    let
      beside = removeAttrs module (
        [
          "config"
          "options"
        ]
        ++ moduleAttrs
      );
      names = attrNames beside;
      list = concatStringsSep ", " (map (name: "`${name}`") names);
    in
    if !(module ? config) || hasConfigOption || names == [ ] then
      [ ]
    else
      [
        (invalidModule (positionOf (elemAt names 0) module file)
          "a module with `config` has other settings beside it: ${list}"
          "move them into `config`, or remove `config`"
        )
      ];

  optionsFaults =
    file: module:
    if module ? options && !hasOptionsOption then
      [
        (invalidModule (positionOf "options" module file) "a module declares options"
          "remove `options`: the schema of the service declares them, and a module only defines their values"
        )
      ]
    else
      [ ];

  # Properties are only for definitions.
  propertyHelp = {
    "if" = "put mkIf around the settings of the imported module; lib.optionals can read `environment` and other arguments, but not `config`";
    merge = "join lists with ++, as in [ ./base.nix ] ++ lib.optional (environment == \"Production\") ./production.nix";
    override = "remove the property: modules have no priority";
    order = "remove the property: the order of a list of modules is that in which it is written";
  };

  listFaults =
    name: file: module:
    if isList (module.${name} or [ ]) then
      [ ]
    else
      [
        (invalidModule (positionOf name module file)
          "`${name}` must be a list, and is ${withArticle (typeOf module.${name})}"
          (
            propertyHelp.${(module.${name})._type or ""}
              or "put brackets around it, as in ${name} = [ ./base.nix ];"
          )
        )
      ];

  textFaults =
    name: example: file: module:
    if hasText (module.${name} or "") then
      [ ]
    else
      [
        (invalidModule (positionOf name module file)
          "`${name}` must be a string or a path, and is ${withArticle (typeOf module.${name})}"
          "write a string, as in ${name} = \"${example}\";"
        )
      ];

  freeformFaults =
    file: module:
    if module ? freeformType then
      [
        (invalidModule (positionOf "freeformType" module file) "a module has a freeform type"
          "remove `freeformType`: the schema of the service decides which names exist"
        )
      ]
    else
      [ ];

  disabledFaults =
    file: shape:
    concatMap (
      item:
      if keyOf file shape item != null then
        [ ]
      else
        [
          (invalidModule (positionOf "disabledModules" shape file)
            "`disabledModules` has ${
              if isString item then "the relative path \"${item}\"" else "${withArticle (typeOf item)} without a `key`"
            }"
            "write the path of the module, such as ./base.nix, or the `key` of one that has it"
          )
        ]
    );
in
/**
  Returns the mistakes in a module, by its file and its shape.

  # Type

  ```
  moduleFaults :: String -> AttrSet -> [ Problem ]
  ```
*/
file: module:
listFaults "imports" file module
++ textFaults "key" "base" file module
++ textFaults "_file" "base.nix" file module
++ longFormFaults file module
++ optionsFaults file module
++ listFaults "disabledModules" file module
++ (
  if isList (module.disabledModules or null) then
    disabledFaults file module module.disabledModules
  else
    [ ]
)
++ freeformFaults file module
