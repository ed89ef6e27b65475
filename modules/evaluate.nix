# Evaluates modules over a schema and records the position of every definition, without nixpkgs.
{ schema }:
let
  inherit (builtins)
    attrNames
    listToAttrs
    removeAttrs
    sort
    ;

  environments = import ./environments.nix;
  secret = import ./secret.nix;
  settingsLib = import ./lib;

  evaluation = import ./eval;
  inherit (evaluation)
    collectModules
    fileNameBelow
    loadModules
    mergeModules
    mergeOverShared
    optionTree
    sourceFiles
    withoutRepeats
    ;

  optionTrees = listToAttrs (
    map (environment: {
      name = environment;
      value = optionTree environment schema;
    }) environments.names
  );

  hasConfigOption = schema.properties or { } ? config;
  hasOptionsOption = schema.properties or { } ? options;

  inline = {
    file = "<inline>";
    line = 0;
    column = 0;
  };

  sharedArgs =
    environment: specialArgs:
    {
      lib = settingsLib;
      inherit environment secret;
    }
    // specialArgs;

  byPath = a: b: if a.path == b.path then a.kind < b.kind else a.path < b.path;

  evaluate =
    {
      modules,
      environment,
      specialArgs ? { },
      root ? "",
      modulesPosition ? inline,
      base ? null,
    }:
    let
      options = optionTrees.${environments.parse environment};
      fileName = fileNameBelow root;
      args = {
        lib = settingsLib;
        inherit
          config
          environment
          secret
          specialArgs
          ;
      }
      // specialArgs;

      load = loadModules { inherit fileName hasConfigOption hasOptionsOption; } {
        file = "<inline>";
        key = "";
        at = modulesPosition;
      } modules;
      collectWith =
        args: load:
        collectModules {
          inherit fileName;
          shared = if base == null then null else base.shared;
          environment = {
            inherit args;
            argNames = attrNames args;
            defaults = options.default;
          };
        } load;
      collected = collectWith args (
        if base == null then load else environment: base.load environment ++ load environment
      );

      merged =
        if collected.overShared then
          mergeOverShared options base.result collected.own
        else
          mergeModules options collected.definitions;

      inherit (merged) config;
      settings = merged.summary.setting.value or { };
      ownOrigins = listToAttrs (merged.summary.origins or [ ]);
      origins =
        if collected.overShared then
          removeAttrs base.origins merged.summary.dropped // ownOrigins
        else
          ownOrigins;
      found = merged.summary.problems or [ ];
      problems =
        if found == [ ] && collected.faults == [ ] then
          [ ]
        else
          sort byPath (collected.faults ++ (if found == [ ] then found else withoutRepeats found));
      # The files of shared modules are looked for once, even if nothing of one is left.
      fileSet =
        if collected.overShared then
          base.files // sourceFiles root base.known ownOrigins problems
        else
          sourceFiles root { } origins problems;
    in
    {
      inherit
        config
        settings
        origins
        problems
        ;
      files = attrNames fileSet;

      # The files as the names of a set, of which a fleet joins many.
      inherit fileSet;

      # The part of the origins that a fleet does not share, and the pointers of those that it shares and that
      # do not count here; null without shared modules.
      overShared =
        if collected.overShared then
          {
            origins = ownOrigins;
            without = merged.summary.dropped;
          }
        else
          null;

      # For messages of an evaluation that throws.
      search = import ./search.nix {
        inherit
          args
          base
          collectWith
          evaluation
          fileName
          load
          modules
          modulesPosition
          options
          secret
          specialArgs
          ;
      };
    };

in
{
  /**
    Evaluates the modules of one configuration.

    The schema is a separate first argument: what follows from it alone is computed once. Give the
    schema once, and call the resulting function for every configuration.

    # Inputs

    `modules`

    : Files, attribute sets and functions, as in NixOS

    `environment`

    : `"Development"`, `"Testing"`, `"Staging"` or `"Production"`

    `specialArgs`

    : Further arguments of the modules

    `root`

    : The folder below which files are named relatively

    `modulesPosition`

    : The position of the list of modules, for mistakes in it

    `base`

    : The result of `prepare` for modules that come before these

    The result has

    `config`

    : Every option of the schema, defined or by default; null for an optional one without either

    `settings`

    : The defined values of the highest priority, without those that have a problem

    `origins`

    : JSON Pointer to `{ set, overridden }`, each a list of `{ file, line, column }`

    `problems`

    : Errors that show without types and bounds, sorted by path

    `files`

    : The existing files that origins and problems name

    # Type

    ```
    evaluate :: {
      modules :: [ Module ];
      environment :: String;
      specialArgs :: AttrSet ? { };
      root :: Path | String ? "";
    } -> {
      config :: AttrSet;
      settings :: AttrSet;
      origins :: AttrSet;
      problems :: [ Problem ];
      files :: [ String ];
    }
    ```

    # Example

    ```nix
    import ./evaluate.nix { inherit schema; } {
      modules = [ { network.listen_port = 8333; } ];
      environment = "Production";
    }
    => { settings = { network.listen_port = 8333; }; … }
    ```
  */
  inherit evaluate;

  prepare = import ./prepare.nix {
    inherit
      evaluation
      hasConfigOption
      hasOptionsOption
      inline
      optionTrees
      sharedArgs
      ;
  };

  # The library is called like the function.
  __functor = _: evaluate;
}
