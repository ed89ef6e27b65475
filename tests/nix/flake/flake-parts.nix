# The module for flake-parts, over the part of flake-parts that it needs.
let
  nixpkgs = import ./nixpkgs.nix;
  inherit (nixpkgs) lib;
  inherit (lib) mkOption types;

  module = ((import ../../../flake.nix).outputs {
    self = { };
    inherit nixpkgs;
  }).flakeModules.default;
  self.outPath = toString ../../..;

  option = type: mkOption { inherit type; default = { }; };
  perSystem =
    module: mkOption { type = types.deferredModuleWith { staticModules = [ module ]; }; };

  base.options = {
    flake = option (types.lazyAttrsOf types.raw);
    perSystem = perSystem {
      options = {
        packages = option (types.lazyAttrsOf types.package);
        checks = option (types.lazyAttrsOf types.package);
      };
    };
  };

  outputsOf =
    modules:
    let
      top = lib.evalModules {
        class = "flake";
        specialArgs = {
          inherit self;
          flake-parts-lib.mkPerSystemOption = perSystem;
        };
        modules = [
          base
          module
        ]
        ++ modules;
      };
      outputs =
        system:
        (lib.evalModules {
          class = "perSystem";
          modules = [
            top.config.perSystem
            { _module.args.pkgs = nixpkgs.legacyPackages.${system}; }
          ];
        }).config;
    in
    top.config.flake // lib.genAttrs [ "aarch64-linux" "x86_64-linux" ] outputs;

  bundled = outputsOf [
    {
      perSystem.confgate = {
        bundles.production = {
          environment = "prod";
          modules = [ ../../../config/production.nix ];
        };
        fleets.all.nodes.ams1.environment = "Production";
      };
    }
  ];

  lamp = outputsOf [
    {
      confgate = {
        schema = ../nixos/lamp/schema.json;
        nixosModules.lamp = {
          arguments = file: [ file ];
        };
      };
      perSystem =
        { pkgs, ... }:
        {
          confgate.package = pkgs.git // {
            meta.mainProgram = "confgate";
          };
          confgate.bundles.lamp = {
            environment = "Production";
            format = "json";
            modules = [ { room = "hall"; } ];
          };
        };
    }
  ];
  # Its environment is missing.
  incomplete = outputsOf [ { perSystem.confgate.bundles.production.modules = [ ]; } ];
  # Its environment is misspelled.
  misspelled = outputsOf [
    { perSystem.confgate.fleets.all.nodes.ams1.environment = "prodduction"; }
  ];
  ofSystem = lib.mapAttrs (_: package: package.system);
in
{
  incomplete = incomplete.x86_64-linux.packages.production.drvPath;
  misspelled = misspelled.x86_64-linux.packages.all.drvPath;

  summary = {
    bundled = {
      packages = ofSystem bundled.aarch64-linux.packages;
      checks = ofSystem bundled.x86_64-linux.checks;
      # Messages name files relative to the flake.
      file = (lib.head bundled.x86_64-linux.packages.production.origins."/network/max_connections".set).file;
    };
    lamp = {
      packages = ofSystem lamp.x86_64-linux.packages;
      room = lamp.x86_64-linux.packages.lamp.config.room;
      modules = lib.mapAttrs (_: module: module.key) lamp.nixosModules;
    };
  };
}
