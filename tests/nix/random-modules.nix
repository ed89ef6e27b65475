# Generated sets of modules, by name. A hash of the number of a set decides on everything in it, so that
# each set is the same in every run and in every version of Nix.
#
# A module defines values at places of the small schema (`options.nix`), in properties of any priority
# from 0 to 2000 and of any nesting. Modules import and disable each other, pass arguments through
# `_module.args`, are functions or sets with `__functor`, and use functions of `lib`.
count:
let
  inherit (builtins)
    elemAt
    foldl'
    genList
    hashString
    length
    listToAttrs
    substring
    ;

  digits = {
    "0" = 0;
    "1" = 1;
    "2" = 2;
    "3" = 3;
    "4" = 4;
    "5" = 5;
    "6" = 6;
    "7" = 7;
    "8" = 8;
    "9" = 9;
    a = 10;
    b = 11;
    c = 12;
    d = 13;
    e = 14;
    f = 15;
  };

  # A number below `limit` for a place in a set.
  below =
    seed: limit:
    let
      hash = hashString "sha256" seed;
      value = foldl' (sum: index: sum * 16 + digits.${substring index 1 hash}) 0 (genList (i: i) 8);
    in
    value - value / limit * limit;
  pick = seed: list: elemAt list (below seed (length list));

  # Priorities that nixpkgs names come as often as all others together.
  priority =
    seed:
    if below "${seed} named" 2 == 0 then
      pick seed [
        10
        50
        60
        100
        1000
        1500
        1500
      ]
    else
      below seed 2001;

  # Wraps a value in properties. nixpkgs fails on an mkDefinition around a submodule.
  wrapped =
    seed: lib: isList: depth: value:
    wrappedAs {
      inherit isList;
      isSubmodule = false;
    } seed lib depth value;
  wrappedAs =
    { isList, isSubmodule }@place: seed: lib: depth: value:
    let
      inner = wrappedAs place "${seed}." lib (depth - 1) value;
      other = wrappedAs place "${seed}:" lib (depth - 1) value;
      kind = below "${seed} kind" 16;
    in
    if depth == 0 || kind < 5 then
      value
    else if kind < 9 then
      lib.mkOverride (priority seed) (if below "${seed} deep" 12 == 0 then inner else value)
    else if kind == 9 then
      lib.mkIf true inner
    else if kind == 10 then
      lib.mkIf (below seed 3 == 0) inner
    else if kind == 11 then
      lib.mkMerge [
        inner
        (lib.mkIf (below seed 2 == 0) other)
      ]
    else if kind == 12 && !isSubmodule then
      lib.mkDefinition {
        file = "elsewhere";
        value = if below "${seed} deep" 2 == 0 then lib.mkOverride (priority seed) value else value;
      }
    else if kind == 13 && isList then
      lib.mkOverride (priority seed) (lib.mkOrder (below "${seed} order" 2001) value)
    else if kind == 14 && isList then
      lib.mkOrder (below "${seed} order" 2001) value
    else
      pick "${seed} short" [
        lib.mkDefault
        lib.mkForce
        lib.mkOptionDefault
        lib.mkVMOverride
        lib.mkImageMediaOverride
      ] value;

  # A definition of one place, as a set of modules.
  definition =
    seed: lib:
    let
      wrap = wrapped seed lib false 3;
      wrapList = wrapped seed lib true 3;
      wrapSubmodule = wrappedAs {
        isList = false;
        isSubmodule = true;
      } seed lib 3;
      text = pick "${seed} text" [
        "a"
        "b"
        "service"
      ];
      number = pick "${seed} number" [
        1
        2
        80
      ];
      list = pick "${seed} list" [
        [ "a" ]
        [
          "b"
          "c"
        ]
        [ ]
        [
          (wrapped "${seed} element" lib false 2 "d")
          "e"
        ]
      ];
      # Shared names, so that definitions meet.
      key = pick "${seed} key" [
        "x"
        "y"
      ];
    in
    pick "${seed} place" [
      { app.name = wrap text; }
      { app = wrap { name = wrap text; }; }
      { app.level = wrap text; }
      { network.port = wrap number; }
      { network = wrap { port = wrap number; }; }
      { network.ratio = wrap (pick seed [ 0.5 0.25 1 ]); }
      { network.secure = wrap (below seed 2 == 0); }
      { network.proxy = wrap (pick seed [ "p" null ]); }
      { network.certificate = wrap (pick seed [ "/etc/cert.pem" null "c" ]); }
      { network.peers = wrapList list; }
      { network = wrap { peers = wrapList list; }; }
      {
        network.relays = wrapList [
          {
            url = wrap text;
            weight = wrap number;
            tags = wrapList list;
          }
        ];
      }
      { network.limits = wrap { burst = wrap number; }; }
      { labels.${key} = wrap text; }
      { labels = wrap { ${key} = wrap text; }; }
      { zones.${key} = wrapSubmodule { hosts = wrapList list; }; }
      { zones = wrap { ${key} = wrapSubmodule { size = wrap number; }; }; }
      { profile = wrap (pick seed [ "Fast" "Balanced" ]); }
      { profile = wrapSubmodule { Custom.cpu = wrap { threads = wrap number; }; }; }
      { profile.Custom.cpu.hints = wrapList list; }
      {
        mirror = wrapSubmodule {
          url = wrap text;
          depth = wrap number;
        };
      }
      { mirror = wrap null; }
      # Functions of lib.
      { network.peers = wrapList (lib.optional (below seed 2 == 0) text ++ lib.optionals (below seed 3 == 0) list); }
      { labels = lib.genAttrs [ "x" "y" ] (name: wrap "${name}${text}"); }
      { labels = lib.mapAttrs' (name: lib.nameValuePair "${name}${key}") { p = wrap text; }; }
      { app.name = wrap (lib.concatStringsSep "-" [ text (lib.toUpper text) ]); }
      { network.ports = wrapList (lib.range number (number + 2)); }
      (lib.recursiveUpdate { network.port = number; } { network.limits.burst = wrap number; })
      (lib.optionalAttrs (below seed 2 == 0) { app.name = wrap text; })
      { zones = lib.filterAttrs (name: _: name != "y") { x.size = wrap number; y.size = 9; }; }
      { network.port = wrap (lib.toInt (toString number)); }
    ];

  definitions =
    seed: lib:
    let
      number = 1 + below "${seed} definitions" 3;
      each = genList (index: definition "${seed}-${toString index}" lib) number;
    in
    if number == 1 then elemAt each 0 else lib.mkMerge each;

  # A module in one of its forms, with the name `key`. `others` are modules that it may import.
  module =
    seed: key: others: lib:
    let
      form = below "${seed} form" 12;
      content = definitions seed lib;
      imports = if below "${seed} imports" 3 == 0 then others else [ ];
      disabledModules =
        if below "${seed} disables" 6 == 0 then
          [ { key = pick "${seed} disabled" [ "m0" "m1" "m2" "m3" "nothing" ]; } ]
        else
          [ ];
      long = {
        inherit imports key;
        config = content;
      }
      // (if disabledModules == [ ] then { } else { inherit disabledModules; });
    in
    if form < 5 then
      long
    else if form == 5 then
      { ... }: long
    else if form == 6 then
      { lib, config, ... }: long // { config = lib.mkMerge [ (definitions seed lib) (lib.mkIf (config.app.level == "a") { network.secure = true; }) ]; }
    else if form == 7 then
      {
        __functor = _: { lib, ... }: long;
      }
    else if form == 8 then
      { given, ... }: long // { config = lib.mkMerge [ content { labels.given = given; } ]; }
    else if form == 9 then
      { given ? "default", ... }: long // { config = { labels.given = wrapped seed lib false 2 given; }; }
    else if form == 10 then
      long // { config = lib.mkMerge [ content { _module.args.given = wrapped seed lib false 1 "from ${key}"; } ]; }
    else
      lib.mkIf (below seed 4 != 0) content;

  set =
    index: lib:
    let
      seed = toString index;
      modules = genList (
        number:
        let
          seedOf = "${seed}/${toString number}";
        in
        module seedOf "m${toString number}" (
          # Only later modules, so that imports are finite.
          genList (
            later: module "${seed}/${toString (number + later + 1)}" "m${toString (number + later + 1)}" [ ] lib
          ) (below "${seedOf} later" 3)
        ) lib
      ) (1 + below seed 3);
      # An argument that is missing ends the evaluation in nixpkgs, and cannot be caught.
      args = { _module.args.given = lib.mkOverride 1800 "always"; };
    in
    modules ++ [ args ];
in
lib:
listToAttrs (
  genList (index: {
    name = "generated ${toString index}";
    value = set index lib;
  }) count
)
