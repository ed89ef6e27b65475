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

  list = mkOption {
    type = types.listOf types.unspecified;
    default = [ ];
  };
  any = mkOption {
    type = types.attrsOf types.unspecified;
    default = { };
  };

  # Options of NixOS, as they are there as far as it matters.
  nixos = {
    options = {
      assertions = list;
      warnings = list;
      networking.firewall.allowedTCPPorts = mkOption {
        type = types.listOf types.port;
        default = [ ];
      };
      environment.etc = mkOption {
        type = types.attrsOf (types.submodule { options.source = mkOption { type = types.path; }; });
        default = { };
      };
      system.checks = mkOption {
        type = types.listOf types.package;
        default = [ ];
      };
      systemd.services = mkOption {
        type = types.attrsOf (types.submodule {
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
        });
        default = { };
      };
      users.users = any;
      users.groups = any;
    };
  };
in
{
  inherit lib pkgs package;

  # `with` other packages, or without some of NixOS's options.
  machineWith =
    {
      pkgs,
      base ? nixos,
    }:
    modules:
    lib.evalModules {
      class = "nixos";
      modules = [
        base
        { _module.args.pkgs = pkgs; }
      ]
      ++ modules;
    };
  machine =
    modules:
    lib.evalModules {
      class = "nixos";
      modules = [
        nixos
        { _module.args.pkgs = pkgs; }
      ]
      ++ modules;
    };
  inherit nixos;
}
