# Cases of nixpkgs' lib/tests/modules that concern settings, in words of the small schema. Each is
# evaluated here and by nixpkgs' evalModules: both have to give the expected value, or an error.
# `nixpkgs-modules.tsv` has all files of that folder, with the case here, or the reason for none.
#
#   NIXPKGS_LIB=.../nixpkgs/lib nix eval --impure --raw -f tests/nix/nixpkgs-modules.nix
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    deepSeq
    getEnv
    length
    toJSON
    tryEval
    ;
  folder = getEnv "NIXPKGS_LIB";
  nixpkgs = import folder;
  options = import ./options.nix { lib = nixpkgs; };
  evaluate = import ../../modules/evaluate.nix { schema = import ./schema.nix; };

  error = {
    isError = true;
  };
  secure = config: config.network.secure;
  size = config: config.zones.eu.size;
  files = ./modules;
  plainZone = { zones.eu.size = 5; };

  cases = {
    a-definition-of-a-section-that-is-not-a-set = {
      modules = _: [ { network = true; } ];
      read = secure;
      expected = error;
    };
    an-argument-with-a-default-is-given = {
      modules = _: [
        (
          {
            given ? "default",
            ...
          }:
          { app.name = given; }
        )
        { _module.args.given = "given"; }
      ];
      read = config: config.app.name;
      expected = "given";
    };
    mkForce-overrides-a-value = {
      modules = lib: [
        { network.secure = true; }
        { network.secure = lib.mkForce false; }
      ];
      read = secure;
      expected = false;
    };
    mkForce-around-a-section-overrides-a-value = {
      modules = lib: [
        { network.secure = true; }
        { network = lib.mkForce { secure = false; }; }
      ];
      read = secure;
      expected = false;
    };
    mkForce-around-a-map-overrides-its-values = {
      modules = lib: [
        plainZone
        { zones = lib.mkForce { eu.size = 7; }; }
      ];
      read = size;
      expected = 7;
    };
    mkForce-around-an-entry-of-a-map = {
      modules = lib: [
        plainZone
        { zones.eu = lib.mkForce { size = 7; }; }
      ];
      read = size;
      expected = 7;
    };
    mkForce-around-a-field-of-an-entry = {
      modules = lib: [
        plainZone
        { zones.eu.size = lib.mkForce 7; }
      ];
      read = size;
      expected = 7;
    };
    mkForce-around-a-map-removes-other-entries = {
      modules = lib: [
        { zones.us.size = 5; }
        { zones = lib.mkForce { eu.size = 7; }; }
      ];
      read = config: attrNames config.zones;
      expected = [ "eu" ];
    };
    mkForce-around-an-entry-keeps-other-entries = {
      modules = lib: [
        { zones.us.size = 5; }
        { zones.eu = lib.mkForce { size = 7; }; }
      ];
      read = config: attrNames config.zones;
      expected = [
        "eu"
        "us"
      ];
    };
    mkIf-around-a-map = {
      modules = lib: [ ({ config, ... }: { zones = lib.mkIf config.network.secure { eu.size = 7; }; }) ];
      read = config: attrNames config.zones;
      expected = [ ];
    };
    mkIf-around-an-entry = {
      modules = lib: [ ({ config, ... }: { zones.eu = lib.mkIf config.network.secure { size = 7; }; }) ];
      read = config: attrNames config.zones;
      expected = [ ];
    };
    mkIf-around-a-field-of-an-entry = {
      modules = lib: [ ({ config, ... }: { zones.eu.size = lib.mkIf config.network.secure 7; }) ];
      read = config: config.zones.eu.size;
      expected = 1;
    };
    mkIf-that-holds-around-a-map = {
      modules = lib: [
        { network.secure = true; }
        ({ config, ... }: { zones = lib.mkIf config.network.secure { eu.size = 7; }; })
      ];
      read = size;
      expected = 7;
    };
    mkIf-around-a-module = {
      modules = lib: [ ({ config, ... }: lib.mkIf (config.app.name == "service") { network.secure = true; }) ];
      read = secure;
      expected = true;
    };
    a-file-is-disabled-by-its-path = {
      modules = _: [
        (files + "/secure.nix")
        { disabledModules = [ (files + "/secure.nix") ]; }
      ];
      read = secure;
      expected = false;
    };
    a-file-is-disabled-by-a-string = {
      modules = _: [
        (files + "/secure.nix")
        { disabledModules = [ (toString (files + "/secure.nix")) ]; }
      ];
      read = secure;
      expected = false;
    };
    a-module-is-disabled-by-its-key = {
      modules = _: [
        {
          key = "secure";
          network.secure = true;
        }
        { disabledModules = [ { key = "secure"; } ]; }
      ];
      read = secure;
      expected = false;
    };
    a-module-is-disabled-by-a-string-form = {
      modules = _: [
        {
          key = "/secure";
          network.secure = true;
        }
        { disabledModules = [ { __toString = _: "/secure"; } ]; }
      ];
      read = secure;
      expected = false;
    };
    a-module-without-a-key-cannot-be-disabled = {
      modules = _: [ { disabledModules = [ { network.secure = true; } ]; } ];
      read = secure;
      expected = error;
    };
    a-disabled-module-imports-nothing = {
      modules = _: [
        {
          key = "outer";
          imports = [ (files + "/secure.nix") ];
        }
        { disabledModules = [ { key = "outer"; } ]; }
      ];
      read = secure;
      expected = false;
    };
    an-applied-import-is-not-disabled-by-its-file = {
      modules = lib: [
        (lib.modules.importApply (files + "/number.nix") 7)
        { disabledModules = [ (files + "/number.nix") ]; }
      ];
      read = config: config.network.port;
      expected = 7;
    };
    a-module-with-a-key-counts-once = {
      modules =
        _:
        let
          module = {
            key = "peers";
            network.peers = [ "a" ];
          };
        in
        [
          module
          { imports = [ module ]; }
        ];
      read = config: config.network.peers;
      expected = [ "a" ];
    };
    an-argument-comes-from-a-module = {
      modules = _: [
        (files + "/argument.nix")
        { _module.args.given = "given"; }
      ];
      read = config: config.app.name;
      expected = "given";
    };
    an-argument-has-a-priority = {
      modules = lib: [
        (files + "/argument.nix")
        { _module.args.given = lib.mkDefault "weak"; }
        { _module.args.given = "given"; }
      ];
      read = config: config.app.name;
      expected = "given";
    };
    two-arguments-of-one-name-are-an-error = {
      modules = _: [
        (files + "/argument.nix")
        { _module.args.given = "a"; }
        { _module.args.given = "b"; }
      ];
      read = config: config.app.name;
      expected = error;
    };
    mkDefinition-keeps-priorities = {
      modules = lib: [
        { app.name = "plain"; }
        {
          app.name = lib.mkDefinition {
            file = "elsewhere";
            value = lib.mkForce "forced";
          };
        }
      ];
      read = config: config.app.name;
      expected = "forced";
    };
    mkAssert-that-holds = {
      modules = lib: [ { network = lib.mkAssert true "message" { secure = true; }; } ];
      read = secure;
      expected = true;
    };
    an-option-default-joins-a-list = {
      modules = lib: [ { network.peers = lib.mkOptionDefault [ "a" ]; } ];
      read = config: config.network.peers;
      expected = [
        "seed:1"
        "a"
      ];
    };
    a-choice-takes-either-form = {
      modules = _: [ { profile.Custom.cpu.threads = 3; } ];
      read = config: config.profile.Custom.cpu.threads;
      expected = 3;
    };
    an-unknown-option-is-an-error = {
      modules = _: [ { network.nothing = true; } ];
      read = config: config.network;
      expected = error;
    };
    an-unknown-option-in-an-entry-is-an-error = {
      modules = _: [ { zones.eu.sise = 1; } ];
      read = size;
      expected = error;
    };
    an-integer-is-not-a-string = {
      modules = _: [ { app.name = { }; } ];
      read = config: config.app.name;
      expected = error;
      # The gate checks types.
      isLeftToTheGate = true;
    };
    a-definition-of-the-whole-form-and-one-of-a-field = {
      modules = _: [
        { config.network.secure = true; }
        { network.port = 3; }
      ];
      read = config: [
        config.network.secure
        config.network.port
      ];
      expected = [
        true
        3
      ];
    };
    a-module-is-imported-from-the-store = {
      modules = _: [ "${files}/secure.nix" ];
      read = secure;
      expected = true;
    };
    a-set-with-a-functor-is-a-module = {
      modules = _: [ { __functor = _: { ... }: { network.secure = true; }; } ];
      read = secure;
      expected = true;
    };
    imports-have-no-lists = {
      modules = _: [ { imports = [ [ (files + "/secure.nix") ] ]; } ];
      read = secure;
      expected = error;
    };
    an-import-of-another-type-is-an-error = {
      modules = _: [ { imports = [ { _type = "configuration"; } ]; } ];
      read = secure;
      expected = error;
    };
    a-sub-table-merges-definitions-of-two-modules = {
      modules = _: [
        { mirror.url = "a"; }
        { mirror.depth = 9; }
      ];
      read = config: config.mirror;
      expected = {
        url = "a";
        depth = 9;
      };
    };
    an-order-inside-a-priority = {
      modules = lib: [
        { network.peers = lib.mkForce (lib.mkAfter [ "b" ]); }
        { network.peers = lib.mkForce [ "a" ]; }
      ];
      read = config: config.network.peers;
      expected = [
        "a"
        "b"
      ];
    };
  };

  attempt =
    value:
    let
      result = tryEval (deepSeq value value);
    in
    if result.success then result.value else error;

  compare =
    name:
    let
      case = cases.${name};
      there = attempt (
        case.read
          (nixpkgs.evalModules { modules = [ { inherit options; } ] ++ case.modules nixpkgs; }).config
      );
      result = evaluate {
        modules = case.modules (import ../../modules/lib);
        environment = "Production";
      };
      found = attempt result.problems;
      here = if found != [ ] then error else attempt (case.read result.config);
      isRight = case.isLeftToTheGate or false || here == case.expected;
    in
    (if there == case.expected then [ ] else [ "${name}\n  nixpkgs:  ${toJSON there}\n  expected: ${toJSON case.expected}" ])
    ++ (if isRight then [ ] else [ "${name}\n  here:     ${toJSON here}\n  expected: ${toJSON case.expected}" ]);

  differences = concatMap compare (attrNames cases);
in
{
  names = attrNames cases;
  result =
    if folder == "" then
      "skipped: cases of nixpkgs' module tests (NIXPKGS_LIB is not set)"
    else if differences == [ ] then
      "ok: ${toString (length (attrNames cases))} cases of nixpkgs' module tests"
    else
      throw "${toString (length differences)} cases of nixpkgs' module tests differ:\n${concatStringsSep "\n" differences}";
}
