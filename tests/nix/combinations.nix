# Sets of modules, by name: each pair of properties around two definitions, at each kind of place, and
# lists over many shapes of imports. `lib` has mkIf and the others.
{ lib }:
let
  inherit (builtins)
    attrNames
    concatMap
    listToAttrs
    ;
  inherit (lib)
    mkAfter
    mkBefore
    mkDefault
    mkForce
    mkIf
    mkMerge
    mkOrder
    mkOverride
    ;

  properties = {
    plain = value: value;
    default = mkDefault;
    force = mkForce;
    override = mkOverride 75;
    weak = mkOverride 2000;
    weakest = mkOverride 10000;
    if-true = mkIf true;
    if-false = mkIf false;
    if-default = value: mkIf true (mkDefault value);
    if-if-false = value: mkIf true (mkIf false value);
    merge = value: mkMerge [ value ];
    merge-weak =
      value:
      mkMerge [
        (mkDefault value)
        (mkIf false value)
      ];
    merge-nothing = _: mkMerge [ ];
    force-if = value: mkForce (mkIf true value);
    force-default = value: mkForce (mkDefault value);
    force-merge = value: mkForce (mkMerge [ value ]);
  };
  orders = {
    before = mkBefore;
    after = mkAfter;
    order = mkOrder 10;
    force-before = value: mkForce (mkBefore value);
    if-after = value: mkIf true (mkAfter value);
    before-force = value: mkBefore (mkForce value);
    merge-orders =
      value:
      mkMerge [
        (mkAfter value)
        value
        (mkBefore value)
      ];
  };

  # For each place, the modules (`at`), their two values, and the properties to wrap them in.
  places = {
    value = {
      at = value: { app.name = value; };
      one = "a";
      two = "b";
    };
    equal-values = {
      at = value: { app.name = value; };
      one = "a";
      two = "a";
    };
    nullable = {
      at = value: { network.proxy = value; };
      one = "a";
      two = null;
    };
    list = {
      at = value: { network.peers = value; };
      one = [
        "a"
        "b"
      ];
      two = [ "c" ];
      properties = properties // orders;
    };
    section = {
      at = value: { network = value; };
      one = {
        port = 1;
        peers = [ "a" ];
        limits.burst = 1;
      };
      two = {
        secure = true;
        peers = mkBefore [ "b" ];
        limits.rate = 0.25;
      };
    };
    section-in-a-section = {
      at = value: { network.limits = value; };
      one.burst = 1;
      two = {
        burst = mkForce 2;
        rate = 0.25;
      };
    };
    whole-module = {
      at = value: { ... }: value;
      one = {
        app.name = "a";
        network.peers = [ "a" ];
      };
      two.network = {
        port = 2;
        peers = mkBefore [ "b" ];
      };
    };
    map = {
      at = value: { labels = value; };
      one = {
        a = "1";
        b = mkDefault "1";
      };
      two = {
        b = "2";
        c = mkIf false "2";
      };
    };
    name-in-a-map = {
      at = value: { labels.a = value; };
      one = "1";
      two = "2";
    };
    table-in-a-map = {
      at = value: { zones.eu = value; };
      one = {
        size = mkDefault 2;
        hosts = [ "a" ];
      };
      two = {
        size = 3;
        hosts = mkIf true [ "b" ];
      };
    };
    field-of-a-table-in-a-map = {
      at = value: { zones.eu.hosts = value; };
      one = [ "a" ];
      two = [ "b" ];
      properties = properties // orders;
    };
    element = {
      at = value: {
        network.peers = [
          "x"
          value
        ];
      };
      one = "a";
      two = "b";
      properties = properties // orders;
    };
    table-in-a-list = {
      at = value: { network.relays = [ value ]; };
      one = {
        url = "a";
        weight = mkDefault 2;
      };
      two = {
        url = mkForce "b";
        tags = [ "t" ];
        password = mkIf false "p";
      };
    };
    field-of-a-table-in-a-list = {
      at = value: {
        network.relays = [
          {
            url = "u";
            tags = value;
          }
        ];
      };
      one = [ "a" ];
      two = [ "b" ];
      properties = properties // orders;
    };
    word-of-a-choice = {
      at = value: { profile = value; };
      one = "Fast";
      two = "Balanced";
    };
    table-of-a-choice = {
      at = value: { profile = value; };
      one.Custom.cpu.hints = [ "a" ];
      two.Custom.cpu = {
        threads = 4;
        hints = [ "b" ];
      };
    };
    word-and-table-of-a-choice = {
      at = value: { profile = value; };
      one = "Fast";
      two.Custom.cpu.threads = 4;
    };
    inside-a-choice = {
      at = value: { profile.Custom.cpu = value; };
      one = {
        hints = mkBefore [ "a" ];
        threads = mkDefault 8;
      };
      two.hints = [ "b" ];
    };
    optional-table = {
      at = value: { mirror = value; };
      one.url = "a";
      two.depth = 5;
    };
  };

  pairs = concatMap (
    place:
    let
      inherit (places.${place}) at one two;
      ways = places.${place}.properties or properties;
    in
    concatMap (
      first:
      map (second: {
        name = "${place}: ${first} against ${second}";
        value = [
          (at (ways.${first} one))
          (at (ways.${second} two))
        ];
      }) (attrNames ways)
    ) (attrNames ways)
  ) (attrNames places);

  # A module that adds its name to every kind of list.
  node = name: imports: {
    key = name;
    inherit imports;
    network.peers = [ name ];
    network.relays = [
      {
        url = name;
        tags = [ name ];
      }
    ];
    zones.eu.hosts = [ name ];
    profile.Custom.cpu.hints = [ name ];
  };
  ordered = order: name: imports: {
    key = name;
    inherit imports;
    network.peers = order [ name ];
    zones.eu.hosts = order [ name ];
  };
  shapes = {
    one = [ (node "1" [ ]) ];
    row = [
      (node "1" [ ])
      (node "2" [ ])
      (node "3" [ ])
    ];
    chain = [ (node "1" [ (node "2" [ (node "3" [ (node "4" [ ]) ]) ]) ]) ];
    fan = [
      (node "1" [
        (node "2" [ ])
        (node "3" [ ])
        (node "4" [ ])
      ])
    ];
    tree = [
      (node "1" [
        (node "11" [ (node "111" [ ]) ])
        (node "12" [
          (node "121" [ ])
          (node "122" [ ])
        ])
      ])
      (node "2" [ (node "21" [ (node "211" [ ]) ]) ])
    ];
    diamond = [
      (node "1" [
        (node "2" [ (node "4" [ ]) ])
        (node "3" [ (node "4" [ ]) ])
      ])
    ];
    late-diamond = [
      (node "1" [ (node "2" [ (node "3" [ (node "4" [ ]) ]) ]) ])
      (node "4" [ ])
    ];
    anonymous = [
      { imports = [ { network.peers = [ "a" ]; } ]; }
      { imports = [ { network.peers = [ "b" ]; } ]; }
      { network.peers = [ "b" ]; }
    ];
    orders = [
      (ordered mkAfter "1" [
        (ordered mkBefore "2" [ ])
        (ordered (value: value) "3" [ ])
      ])
      (ordered mkBefore "4" [ (ordered (mkOrder 500) "5" [ ]) ])
      (ordered mkForce "6" [ ])
      (ordered (value: mkForce (mkAfter value)) "7" [ ])
    ];
    merges = [
      (ordered
        (
          value:
          mkMerge [
            value
            [ "m" ]
            (mkBefore [ "b" ])
          ]
        )
        "1"
        [
          (ordered (
            value:
            mkMerge [
              (mkAfter value)
              (mkIf false value)
              [ "n" ]
            ]
          ) "2" [ ])
        ]
      )
      (ordered (value: value) "3" [ ])
    ];
  };

  functions = {
    condition-reads-a-sibling = [
      (
        { config, ... }:
        {
          network = mkMerge [
            { secure = true; }
            (mkIf config.network.secure {
              port = 443;
              limits.burst = 1;
            })
            (mkIf (config.network.port == 443) { limits.rate = 0.25; })
          ];
        }
      )
    ];
    condition-around-the-module = [
      ({ config, ... }: mkIf (config.app.name == "a") { network.port = 1; })
      { app.name = "a"; }
    ];
    values-from-values = [
      (
        { config, ... }:
        {
          network.peers = map (zone: "${zone}:1") (attrNames config.zones);
          zones.eu.size = config.network.port;
        }
      )
      { zones.us = { }; }
    ];
    names-from-config = [
      ({ config, ... }: { labels = builtins.mapAttrs (_: toString) config.network.limits; })
    ];
    long-form = [
      {
        _file = "long";
        imports = [ { config.network.port = mkDefault 1; } ];
        config = mkMerge [
          { app.name = "a"; }
          (mkIf true { app.level = "b"; })
        ];
      }
    ];
    defaults = [ ];
  };

  singly =
    prefix: sets:
    map (name: {
      name = "${prefix}: ${name}";
      value = sets.${name};
    }) (attrNames sets);
in
listToAttrs (pairs ++ singly "shape" shapes ++ singly "function" functions)
