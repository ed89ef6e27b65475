# NixOS as far as the module needs it: the options that it writes to, evaluated with nixpkgs' lib alone.
{ lib, confgate }:
let
  inherit (lib) mkOption types;

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
    python3 = package "python3";
    writeShellScriptBin = name: text: package name // { inherit text; };
    inherit confgate;
  };

  option = type: default: mkOption { inherit type default; };
  list = option (types.listOf types.unspecified) [ ];
  any = option (types.attrsOf types.unspecified) { };

  # As strict as there where it matters.
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
    users.users = any;
    users.groups = any;
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
  inherit lib pkgs;
  bitcraps = ../../../modules/nixos.nix;

  machine = evaluate [
    nixos
    checks
  ];
  machineWithoutChecks = evaluate [ nixos ];
}
