# Generated sets of modules over the bundled schema. Definitions, properties and imports are chosen by
# the hash of their place, so each run generates the same sets.
#
# In two of three sets each module has a priority of its own, so there are no conflicts, and the sets
# test the order of lists. In the others conflicts are possible, and both sides have to reject the same.
{ lib, fields }:
let
  inherit (lib)
    concatMap
    elemAt
    filter
    foldl'
    genList
    isList
    length
    listToAttrs
    mkAfter
    mkBefore
    mkDefault
    mkForce
    mkIf
    mkMerge
    mkOrder
    mkOverride
    mod
    nameValuePair
    optional
    recursiveUpdate
    setAttrByPath
    ;
  inherit (builtins) hashString substring;

  number = seed: (fromTOML "x = 0x${substring 0 7 (hashString "sha256" seed)}").x;
  choose = seed: list: elemAt list (mod (number seed) (length list));
  chance = seed: outOf: mod (number seed) outOf == 0;

  # Conditions read `version`, so no set defines it.
  readable = filter (field: field.name != "version" && length field.path == 2) fields ++ [
    {
      name = "performance";
      path = [ "performance" ];
      value = "PowerSaving";
    }
  ];

  ways = {
    plain = _: value: value;
    default = _: mkDefault;
    force = _: mkForce;
    override = seed: mkOverride (choose seed [
      40
      75
      100
      900
      1400
      2000
    ]);
    holds = _: mkIf true;
    holds-not = _: mkIf false;
    merge = _: value: mkMerge [ value ];
    default-that-holds = _: value: mkIf true (mkDefault value);
    merge-with-a-weaker =
      _: value:
      mkMerge [
        (mkDefault value)
        (mkIf false value)
        value
      ];
  };
  orders = {
    plain = _: value: value;
    before = _: mkBefore;
    after = _: mkAfter;
    order = seed: mkOrder (mod (number seed) 2000);
    holds = _: value: mkIf true (mkBefore value);
    holds-not = _: mkIf false;
    several =
      _: value:
      mkMerge [
        (mkAfter value)
        value
        (mkBefore value)
      ];
    default = _: mkDefault;
    force = _: value: mkForce (mkAfter value);
  };
  pick = seed: ways: ways.${choose seed (builtins.attrNames ways)} seed;

  lists = {
    "network.stun_servers" = seed: "stun${toString (mod (number seed) 90)}.example.net:3478";
    "network.bootstrap_nodes" = seed: "192.0.2.${toString (mod (number seed) 250)}:8333";
    "network.turn_servers" =
      seed:
      choose seed [
        { url = "turn:${toString (mod (number seed) 90)}.example.net"; }
        {
          url = mkForce "turn:forced.example.net";
          username = mkDefault "node";
          realm = mkIf false "none";
        }
        (mkMerge [
          { url = mkDefault "turn:weak.example.net"; }
          {
            url = "turns:strong.example.net";
            password = "\${SECRET_TURN}";
          }
        ])
        (mkIf (chance seed 2) { url = "turn:sometimes.example.net"; })
      ];
  };

  profiles = [
    "PowerSaving"
    "HighPerformance"
    { Custom.network.max_retries = 2; }
    {
      Custom = {
        cpu.worker_threads = mkForce 2;
        memory = mkIf true { pool_sizes.buffer_pool = mkDefault 7; };
      };
    }
    { Custom.battery.background_limits.max_db_operations = "MAX"; }
  ];

  # `calm` is the priority of the module, or null.
  definition =
    seed: calm: field:
    let
      count = 1 + mod (number "${seed} count") 3;
      elements = genList (index: lists.${field.name} "${seed} ${toString index}") count;
      value =
        if field.name == "performance" then
          choose seed profiles
        else if (field.optional or false) && chance seed 4 then
          null
        else
          field.value;
    in
    setAttrByPath field.path (
      if isList field.value then
        pick "${seed} order" (
          if calm == null then orders else removeAttrs orders [ "default" "force" ]
        ) elements
      else if calm != null then
        mkOverride calm value
      else
        pick "${seed} way" ways value
    );

  # Wraps a whole section, or one of two parts.
  wrap =
    seed: config: calm: section:
    choose "${seed} wrap" (
      [
        section
        section
        (mkIf true section)
        (mkIf (config.version == 1) section)
        (mkMerge [
          section
          (mkIf (config.version == 2) section)
        ])
      ]
      ++ optional (calm == null && chance "${seed} force" 8) (mkForce section)
      ++ optional (calm == null && chance "${seed} default" 8) (mkDefault section)
    );

  body =
    seed: calm: config:
    let
      # Without priorities, few definitions are enough for a conflict.
      chosen = genList (index: choose "${seed} field ${toString index}" readable) (
        if calm == null then 4 else 9
      );
      always = filter (field: lists ? ${field.name}) readable;
      tables = map (field: definition "${seed} ${field.name}" calm field) (chosen ++ always);
      table = foldl' recursiveUpdate { } (map guard tables);
    in
    builtins.mapAttrs (name: wrap "${seed} ${name}" config calm) (lib.mapAttrs (_: unguard) table);

  # Hides properties from recursiveUpdate, which would merge into them.
  guard = lib.mapAttrs (name: value: if name == "performance" then { guarded = value; } else value);
  unguard = value: value.guarded or value;

  module =
    seed: calm: depth:
    let
      imports = genList (index: module "${seed} import ${toString index}" (
        if calm == null then null else calm * 3 + index + 1
      ) (depth - 1)) (if depth == 0 then 0 else mod (number "${seed} imports") 3);
      shape = choose "${seed} shape" [
        "function"
        "set"
        "long"
      ];
    in
    if shape == "set" then
      {
        _file = seed;
        inherit imports;
      }
      // body seed calm { version = 1; }
    else if shape == "long" then
      { config, ... }:
      {
        _file = seed;
        inherit imports;
        config = body seed calm config;
      }
    else
      { config, ... }:
      {
        _file = seed;
        inherit imports;
      }
      // body seed calm config;

  set =
    index:
    let
      seed = "set ${toString index}";
      free = mod index 3 == 0;
    in
    {
      name = seed;
      environment = choose "${seed} environment" [
        "Development"
        "Testing"
        "Staging"
        "Production"
      ];
      modules = genList (
        number: module "${seed} module ${toString number}" (if free then null else 20 + number) (
          if free then 1 else 2
        )
      ) (2 + mod index 3);
    };
in
count: genList set count
