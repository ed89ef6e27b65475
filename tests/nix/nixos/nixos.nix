# The part of NixOS that the module needs: the options that it defines, evaluated with nixpkgs' lib.
{ lib, confgate }:
let
  inherit (lib) mkOption types;

  # Packages that are referred to and never built.
  package =
    name:
    derivation {
      inherit name;
      system = "x86_64-linux";
      builder = "/none";
    };
  pkgs = {
    bitcraps = package "bitcraps";
    coreutils = package "coreutils";
    python3 = package "python3";
    writeShellScriptBin = name: text: package name // { inherit text; };
    inherit confgate;
  };

  option = type: default: mkOption { inherit type default; };
  list = option (types.listOf types.unspecified) [ ];
  any = option (types.attrsOf types.unspecified) { };

  # Typed as in NixOS where it matters.
  nixos.options = {
    assertions = list;
    warnings = list;
    networking.firewall.allowedTCPPorts = option (types.listOf types.port) [ ];
    environment.etc = option (types.attrsOf (types.submodule {
      options.source = mkOption { type = types.path; };
    })) { };
    systemd.services = option (types.attrsOf (types.submodule {
      options = {
        description = mkOption { type = types.str; };
        documentation = list;
        before = list;
        wants = list;
        after = list;
        wantedBy = list;
        environment = any;
        reloadTriggers = list;
        restartTriggers = list;
        serviceConfig = any;
      };
    })) { };
    systemd.tmpfiles.settings = any;
    meta.maintainers = list;
    services.prometheus.scrapeConfigs = list;
    users.users = any;
    users.groups = any;
  };
  # Older versions of NixOS do not have this option.
  checks.options.system.checks = option (types.listOf types.package) [ ];

  evaluate =
    base: modules:
    lib.evalModules {
      class = "nixos";
      modules = base ++ [ { _module.args = { inherit pkgs; }; } ] ++ modules;
    };
in
{
  inherit lib pkgs;
  bitcraps = ../../../modules/nixos.nix;
  agents = ../../../modules/nixos/agents.nix;
  fleets = ../../../modules/nixos/fleets.nix;

  machine = evaluate [
    nixos
    checks
  ];
  machineWithoutChecks = evaluate [ nixos ];
}
