# A summary of the outputs of the flake over the stand-in for nixpkgs, on every system.
let
  nixpkgs = import ./nixpkgs.nix;
  inherit (nixpkgs) lib;
  inherit (lib) attrNames mapAttrs;

  self = (import ../../../flake.nix).outputs { inherit self nixpkgs; } // {
    outPath = toString ../../..;
  };

  systemOf = mapAttrs (_: package: package.system);

  overlaid = nixpkgs.legacyPackages.aarch64-linux.extend self.overlays.default;
in
{
  # The system that builds each package.
  packages = mapAttrs (_: systemOf) self.packages;
  checks = mapAttrs (_: systemOf) self.checks;
  apps = mapAttrs (_: attrNames) self.apps;
  shells = mapAttrs (_: shells: shells.default.names) self.devShells;
  formatter = mapAttrs (_: package: package.name) self.formatter;
  modules = {
    flake = attrNames self.flakeModules;
    nixos = attrNames self.nixosModules;
  };
  templates = attrNames self.templates;
  overlay = {
    bitcraps = {
      inherit (overlaid.bitcraps.arguments) buildFeatures cargoBuildFlags installPhase;
      inherit (overlaid.bitcraps) meta;
    };
    confgate = {
      inherit (overlaid.confgate.arguments) buildFeatures doCheck;
      meta = removeAttrs overlaid.confgate.meta [ "license" ];
      schema = (builtins.fromJSON (builtins.readFile overlaid.confgate.jsonschema)).title;
    };
  };
  # What nixd reads.
  options = {
    settings = attrNames self.options.settings;
    port = self.options.settings.network.listen_port.type.description;
    nixos = attrNames self.options.nixos.services;
    agent = attrNames (self.options.nixos.services.confgate.agents.type.getSubOptions [ ]);
  };
}
