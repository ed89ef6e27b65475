# A machine of NixOS as far as the module needs one: the options that it writes to, evaluated with nixpkgs' lib alone.
# `NIXPKGS_LIB` names that lib; the binary is where `scripts/nix --prepare` puts it.
let
  inherit (builtins) getEnv getFlake;

  lib = import (getEnv "NIXPKGS_LIB");
  inherit (lib) mkOption types;

  stub = getFlake "path:${toString ../../../target/nixpkgs}";

  # What is named and never built.
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
    inherit (stub.legacyPackages.x86_64-linux) confgate;
  };

  option = type: default: mkOption { inherit type default; };
  list = option (types.listOf types.unspecified) [ ];
  any = option (types.attrsOf types.unspecified) { };

  # The options of NixOS that the module writes to, as strict as there where it matters.
  nixos = {
    options = {
      assertions = list;
      warnings = list;
      networking.firewall.allowedTCPPorts = option (types.listOf types.port) [ ];
      environment.etc = option (types.attrsOf (types.submodule {
        options.source = mkOption { type = types.path; };
      })) { };
      systemd.services = option (types.attrsOf (types.submodule {
        options = {
          description = mkOption { type = types.str; };
          wants = list;
          after = list;
          wantedBy = list;
          environment = any;
          reloadTriggers = list;
          restartTriggers = list;
          serviceConfig = any;
        };
      })) { };
      users.users = any;
      users.groups = any;
    };
  };
  # Older versions of NixOS have none.
  checks.options.system.checks = option (types.listOf types.package) [ ];

  evaluate =
    base: modules:
    lib.evalModules {
      class = "nixos";
      modules = base ++ [ { _module.args = { inherit pkgs; }; } ] ++ modules;
    };
in
{
  inherit lib pkgs package;
  bitcraps = ../../../modules/nixos.nix;

  machine = evaluate [
    nixos
    checks
  ];
  machineWithoutChecks = evaluate [ nixos ];
}
