# Names with a meaning in NixOS modules that settings do not have.
let
  atRoot = {
    _module = "of `_module`, settings have `_module.args` alone";
    assertions = "rules between settings belong to the schema of the service, and are checked by the gate";
    enable = "services have this option in NixOS; settings begin at the root of the schema";
    package = "services have this option in NixOS; settings begin at the root of the schema";
    settings = "settings begin at the root of the schema: remove `settings` around them";
    config = "`config` inside `config` has no meaning: remove one of them";
    environment = null;
    freeformType = "the schema decides which names exist, so a freeform type has no effect";
    imports = "`imports` belongs at the top of a module, beside `config`";
    meta = "settings have no `meta`";
    options = "options are declared by the schema of the service; a module only defines their values";
    services = "settings begin at the root of the schema: remove `services.NAME.settings` around them";
    systemd = "this is an option of NixOS, and belongs into a module of the machine";
    users = "this is an option of NixOS, and belongs into a module of the machine";
    warnings = "rules between settings belong to the schema of the service, and are checked by the gate";
  };
  inSections = {
    config = "`config` belongs at the top of a module";
    disabledModules = "`disabledModules` belongs at the top of a module";
    freeformType = "the schema decides which names exist, so a freeform type has no effect";
    imports = "`imports` belongs at the top of a module";
    options = "options are declared by the schema of the service; a module only defines their values";
  };
  attributes = [
    "config"
    "disabledModules"
    "imports"
  ];
  inherit (import ../suggest.nix) nearest;
in
{
  /**
    Returns a sentence about a name of NixOS modules, or null for other names.

    # Type

    ```
    moduleWord :: Bool -> String -> String | Null
    ```

    # Example

    ```nix
    moduleWord true "freeformType"
    => "the schema decides which names exist, so a freeform type has no effect"
    moduleWord true "netwrok"
    => null
    ```
  */
  moduleWord = isRoot: name: (if isRoot then atRoot else inSections).${name} or null;

  /**
    Returns a sentence about a name that is similar to an attribute of modules, and to no field of the schema, or null.

    # Type

    ```
    similarWord :: [ String ] -> String -> String | Null
    ```
  */
  similarWord =
    fields: name:
    let
      found = nearest attributes name;
    in
    if found == null || nearest fields name != null then
      null
    else
      "did you mean `${found}`, which a module has beside its settings?";
}
