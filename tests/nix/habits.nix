# Sets of modules as people write them, by name. `lib` has mkIf and the others.
{ lib }:
let
  inherit (lib)
    mkAfter
    mkBefore
    mkDefault
    mkForce
    mkIf
    mkMerge
    mkOptionDefault
    mkOrder
    mkOverride
    mkVMOverride
    ;
  base = ./modules/base.nix;
  named = {
    key = "named";
    app.name = "named";
  };
  functor = {
    __functor = _: { config, ... }: { app.level = config.app.name; };
  };
  functorWithArgs = {
    __functor = _: { lib, ... }: { app.level = "functor"; };
    __functionArgs.lib = false;
  };
  package = {
    type = "derivation";
    outPath = "/srv/package";
    name = "package";
  };
in
{
  a-module-disabled-by-its-key = [
    named
    { disabledModules = [ { key = "named"; } ]; }
    { app.level = "debug"; }
  ];
  a-module-disabled-by-a-module-that-it-imports = [
    {
      key = "outer";
      imports = [ { disabledModules = [ { key = "outer"; } ]; } ];
      app.name = "outer";
    }
  ];
  a-module-that-disables-itself = [
    {
      key = "self";
      disabledModules = [ { key = "self"; } ];
      app.name = "self";
    }
    { app.level = "debug"; }
  ];
  a-disabled-module-with-imports = [
    {
      key = "outer";
      imports = [ { app.name = "inner"; } ];
    }
    { disabledModules = [ { key = "outer"; } ]; }
  ];
  a-module-twice-by-its-key = [
    named
    named
    { network.peers = [ "a" ]; }
  ];
  two-modules-of-one-key = [
    named
    {
      key = "named";
      app.name = "second";
    }
  ];
  all-priorities-of-functions = [
    { app.name = mkOptionDefault "service"; }
    { app.name = mkDefault "default"; }
    { app.name = "plain"; }
    { app.name = mkForce "force"; }
    { app.name = mkVMOverride "vm"; }
  ];
  an-option-default-beside-the-default = [ { app.name = mkOptionDefault "other"; } ];
  a-list-that-joins-the-default = [
    { network.peers = mkOptionDefault (mkBefore [ "first" ]); }
    { network.ports = mkOptionDefault [ 1 ]; }
  ];
  orders-inside-priorities = [
    { network.peers = mkForce (mkAfter [ "last" ]); }
    { network.peers = mkForce (mkOrder 1 [ "first" ]); }
    { network.peers = mkForce [ "middle" ]; }
    { network.peers = mkBefore [ "lost" ]; }
  ];
  orders-of-equal-number = [
    { network.peers = mkOrder 700 [ "a" ]; }
    { network.peers = mkOrder 700 [ "b" ]; }
    { network.peers = mkOrder 700 [ "c" ]; }
  ];
  a-section-under-three-properties = [
    { network = mkMerge [ (mkIf true (mkForce { port = 1; })) { port = 2; } ]; }
  ];
  a-section-forced-beside-a-plain-one = [
    { network = mkForce { port = 1; }; }
    {
      network = {
        port = 2;
        secure = true;
      };
    }
  ];
  a-condition-that-reads-another-section = [
    ({ config, ... }: { network = mkIf (config.app.name == "service") { secure = true; }; })
  ];
  a-condition-that-reads-its-own-section = [
    ({ config, ... }: { network = mkIf config.network.secure { port = 443; }; })
    { network.secure = true; }
  ];
  a-whole-module-under-a-condition = [
    ({ config, ... }: mkIf (config.app.level == "info") { network.port = 8080; })
  ];
  config-under-a-condition = [
    ({ config, ... }: { config = mkIf (!config.network.secure) { network.port = 8080; }; })
  ];
  values-from-the-values-of-others = [
    ({ config, ... }: { network.peers = map (port: "host:${toString port}") config.network.ports; })
    {
      network.ports = [
        1
        2
      ];
    }
  ];
  a-value-from-a-default = [ ({ config, ... }: { app.level = config.app.name; }) ];
  an-argument-of-a-module = [
    { _module.args.region = "europe"; }
    ({ region, ... }: { app.name = region; })
  ];
  an-argument-that-reads-config = [
    ({ config, ... }: { _module.args.region = config.app.level; })
    ({ region, ... }: { app.name = region; })
  ];
  an-argument-under-mkDefault = [
    { _module.args.region = mkDefault "world"; }
    { _module.args.region = "europe"; }
    ({ region, ... }: { app.name = region; })
  ];
  an-argument-defined-twice = [
    { _module.args.region = "europe"; }
    { _module.args.region = "asia"; }
    ({ region, ... }: { app.name = region; })
  ];
  an-argument-by-an-at-pattern = [
    ({ lib, ... }@args: { app.name = if args ? lib then "has lib" else "has none"; })
  ];
  a-functor = [ functor ];
  a-functor-with-arguments = [ functorWithArgs ];
  a-functor-that-imports = [
    {
      __functor = _: _: {
        imports = [ { app.name = "imported"; } ];
      };
    }
  ];
  a-list-of-lists-of-imports = [
    {
      imports = [
        { network.peers = [ "a" ]; }
        { imports = [ { network.peers = [ "b" ]; } ]; }
        { network.peers = [ "c" ]; }
      ];
      network.peers = [ "d" ];
    }
    { network.peers = [ "e" ]; }
  ];
  imports-in-a-circle = [
    {
      key = "one";
      imports = [
        {
          key = "two";
          imports = [ { key = "one"; } ];
          network.peers = [ "two" ];
        }
      ];
      network.peers = [ "one" ];
    }
  ];
  an-import-of-a-file-and-its-string = [
    base
    (toString base)
  ];
  names-with-dots-quotes-and-other-letters = [
    {
      labels = {
        "a.b" = "dot";
        "say \"hi\"" = "quote";
        "größe" = "unicode";
        "" = "empty";
        "a/b~c" = "pointer";
        "\${x}" = "dollar";
      };
    }
    { labels."a.b" = mkForce "forced"; }
  ];
  the-largest-and-the-smallest-integer = [
    {
      network.ports = [
        9223372036854775807
        (-9223372036854775807 - 1)
      ];
    }
  ];
  an-integer-for-a-number = [
    {
      network.ratio = 1;
      network.limits.rate = 2.5;
    }
  ];
  a-package-as-text = [ { app.name = "${package}/bin"; } ];
  text-with-context = [
    { app.name = builtins.unsafeDiscardStringContext (toString (builtins.toFile "name" "x")); }
  ];
  text-of-a-file = [ { app.name = lib.fileContents ./modules/nothing.nix; } ];
  null-for-a-nullable = [
    { network.proxy = null; }
    { network.certificate = null; }
  ];
  null-and-a-value-of-a-nullable = [
    { network.proxy = mkDefault "a"; }
    { network.proxy = null; }
  ];
  null-in-a-list = [ { network.peers = [ null ]; } ];
  a-function-as-a-value = [ { app.name = x: x; } ];
  a-set-where-text-belongs = [ { network.port = mkIf true { a = 1; }; } { network.port = 5; } ];
  an-element-under-a-condition = [
    { network.peers = [ (mkIf false "never") "always" ]; }
  ];
  an-element-of-tables-with-properties = [
    {
      network.relays = [
        (mkIf true {
          url = mkForce "a";
          tags = mkBefore [ "x" ];
        })
        (mkMerge [
          { url = "b"; }
          { weight = mkDefault 3; }
        ])
      ];
    }
  ];
  zones-of-two-modules = [
    { zones.a.hosts = [ "one" ]; }
    { zones.a.hosts = mkBefore [ "two" ]; }
    { zones = mkIf true { b.size = mkDefault 5; }; }
    { zones.b = mkForce { size = 6; }; }
  ];
  a-word-over-a-table = [
    { profile.Custom.cpu.threads = 4; }
    { profile = mkForce "Fast"; }
  ];
  a-table-over-a-word = [
    { profile = mkDefault "Fast"; }
    { profile.Custom.cpu.hints = [ "a" ]; }
  ];
  a-nullable-table-taken-back = [
    { mirror.url = "a"; }
    { mirror = mkForce null; }
  ];
  a-nullable-table-of-two-modules = [
    { mirror.url = "a"; }
    { mirror.depth = mkForce 7; }
  ];
  a-priority-of-zero-and-below = [
    { app.name = mkOverride 0 "zero"; }
    { app.name = mkOverride (-5) "below"; }
  ];
  a-priority-that-is-a-float = [
    { app.name = mkOverride 99.5 "half"; }
    { app.name = "plain"; }
  ];
  a-module-with-only-a-key-and-a-file = [
    {
      key = "empty";
      _file = "somewhere.nix";
    }
    { }
  ];
}
