# Compares configurations over shared modules with the same modules alone: values, origins, problems and
# files have to be equal, for each generated set of modules and each division of it.
#
#   nix eval --impure --raw -f tests/nix/shared.nix
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    elemAt
    filter
    genList
    length
    toJSON
    tryEval
    ;
  inherit (import ../../modules/evaluate.nix { schema = import ./schema.nix; }) evaluate prepare;
  lib = import ../../modules/lib;
  sets =
    import ./random-modules.nix 3000 lib
    // import ./combinations.nix { inherit lib; }
    // {
      "empty sections" = [
        { network = { }; }
        { app.name = "a"; }
        ({ lib, ... }: { network = lib.mkIf true { }; })
        { network = { }; }
      ];
      "an empty section and its fields" = [
        { network = { }; }
        { app = { }; }
        { network.port = 1; }
        { network = { }; }
      ];
      "sections that read config beside sections that do not" = [
        (
          { config, lib, ... }:
          {
            app = {
              name = "a";
              level = lib.mkForce "warn";
            };
            network = lib.mkIf (config.app.name == "b") { port = 1; };
          }
        )
        {
          app.name = lib.mkForce "b";
          network.ratio = 0.25;
        }
        { network.port = lib.mkForce 2; }
      ];
      "a section with one value that reads config" = [
        (
          { config, ... }:
          {
            app.name = "a";
            network = {
              port = 1;
              certificate = "/etc/${config.app.name}.pem";
            };
          }
        )
        { app.name = lib.mkForce "b"; }
      ];
      "a whole module under a condition on config" = [
        (
          { config, lib, ... }:
          lib.mkIf (config.network.port == 1) {
            app.name = "a";
          }
        )
        { network.port = 1; }
      ];
      "an attempt to read config" = [
        (
          { config, ... }:
          {
            app.name = if (builtins.tryEval config.network.port).success then "a" else "b";
            network.port = 1;
          }
        )
        { network.secure = true; }
      ];
      "a discarded value that cannot be evaluated" = [
        (
          { config, lib, ... }:
          {
            app.name = lib.mkDefault (abort "each node has a name");
            network.certificate = lib.mkIf (config.app.name == "a") (abort "no certificate");
          }
        )
        { app.name = "b"; }
      ];
      "an unknown name beside config" = [
        (
          { config, ... }:
          {
            app.nmae = "a";
            network.port = if config.app.name == "a" then 1 else 2;
          }
        )
        { app.name = "a"; }
      ];
      "files" = [
        (./modules + "/base.nix")
        (./modules + "/forcing.nix")
        (./modules + "/importing.nix")
        (./modules + "/properties.nix")
        (./modules + "/typo.nix")
        (./modules + "/lists.nix")
        ({ node, ... }: { app.name = node.name; })
      ];
    };

  environment = "Production";
  root = ./.;
  specialArgs.node.name = "a";

  # Everything, or null if something of it throws.
  whole =
    result:
    let
      attempt = tryEval (toJSON {
        inherit (result)
          files
          origins
          problems
          settings
          ;
        config = removeAttrs result.config [ "app" ] // {
          app = removeAttrs result.config.app [ "owner" ];
        };
      });
    in
    if attempt.success then attempt.value else null;

  # A file of a shared module stays one even if nothing of it is left, so only missing files count.
  comparable = text: removeAttrs (builtins.fromJSON text) [ "files" ];
  filesOf = text: (builtins.fromJSON text).files;

  slice =
    from: to: list:
    genList (index: elemAt list (from + index)) (to - from);

  compare =
    name:
    let
      modules = sets.${name};
      alone = whole (evaluate {
        inherit
          environment
          modules
          root
          specialArgs
          ;
      });
      over =
        count:
        let
          base = prepare {
            inherit environment root;
            modules = slice 0 count modules;
            ownArgs = [ "node" ];
          };
        in
        whole (evaluate {
          inherit
            base
            environment
            root
            specialArgs
            ;
          modules = slice count (length modules) modules;
        });
      differs =
        count:
        let
          found = over count;
        in
        if alone == null || found == null then
          alone != found
        else
          comparable alone != comparable found
          || filter (file: !(builtins.elem file (filesOf found))) (filesOf alone) != [ ];
    in
    map (count: "${name}, ${toString count} shared\n  alone: ${toString alone}\n  over:  ${toString (over count)}") (
      filter differs (genList (index: index + 1) (length modules))
    );
  differences = concatMap compare (attrNames sets);
in
if differences == [ ] then
  "ok: ${toString (length (attrNames sets))} sets are the same over shared modules"
else
  throw "${toString (length differences)} differences over shared modules:\n${concatStringsSep "\n" differences}"
