{
  description = "Validated service configuration: Nix modules are rendered to TOML and checked against the schema of the config types";

  # Evaluated only for the binary from source, the dev shell, the formatter and the VM test.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (builtins)
        filter
        listToAttrs
        mapAttrs
        ;

      # scripts/nix replaces nixpkgs with a flake that only has a prebuilt binary for one system.
      systems = filter (system: nixpkgs.legacyPackages ? ${system}) [
        "x86_64-linux"
        "aarch64-linux"
      ];
      forEachSystem =
        output:
        listToAttrs (
          map (system: {
            name = system;
            value = output nixpkgs.legacyPackages.${system};
          }) systems
        );

      confgateOf = pkgs: pkgs.confgate or (pkgs.callPackage ./modules/package.nix { });

      bundlesOf =
        pkgs:
        mapAttrs (
          name: config:
          self.lib.mkBundle (
            config
            // {
              inherit name;
              confgate = confgateOf pkgs;
              root = ./.;
            }
          )
        ) (import ./config);
    in
    {
      # Public outputs.

      lib = import ./modules { };

      overlays.default = final: prev: {
        confgate = final.callPackage ./modules/package.nix { };
      };

      nixosModules = {
        default = self.nixosModules.bitcraps;
        # The file is the key of the module, so importing it twice counts once. Nix 2.8 rejects a path here.
        bitcraps = {
          _class = "nixos";
          _file = ./modules/nixos.nix;
          imports = [ ./modules/nixos.nix ];
        };
      };

      templates = {
        default = self.templates.service;
        service = {
          path = ./templates/service;
          description = "A service in Rust with its own config type";
        };
        schema = {
          path = ./templates/schema;
          description = "Any service that has a JSON Schema, without Rust";
        };
      };

      packages = forEachSystem (
        pkgs:
        let
          confgate = confgateOf pkgs;
          bundles = bundlesOf pkgs;
        in
        bundles
        // {
          inherit confgate;
          default = confgate;
          configs = self.lib.mkConfigs { inherit bundles confgate; };
          fleet = self.lib.mkFleet (
            import ./config/fleet.nix
            // {
              inherit confgate;
              root = ./.;
            }
          );
        }
      );

      # Development outputs.

      checks = forEachSystem (
        pkgs:
        bundlesOf pkgs
        // {
          # The claims on evaluate.nix; a false one fails the evaluation with its name.
          evaluate = builtins.seq (import ./tests/nix) (
            self.lib.mkConfigs {
              name = "evaluate";
              bundles = { };
              confgate = confgateOf pkgs;
            }
          );
        }
        # The VM test needs all of nixpkgs.
        // (
          if pkgs ? testers then
            {
              vm = pkgs.testers.runNixOSTest (
                import ./tests/nix/nixos/vm.nix {
                  module = self.nixosModules.bitcraps;
                  confgate = confgateOf pkgs;
                }
              );
            }
          else
            { }
        )
      );

      devShells = forEachSystem (
        pkgs:
        if pkgs ? mkShell then
          {
            default = pkgs.mkShell {
              packages = [
                pkgs.cargo
                pkgs.clippy
                pkgs.rustc
                pkgs.rustfmt
                pkgs.nixfmt
                pkgs.check-jsonschema
                pkgs.taplo
              ];
            };
          }
        else
          { }
      );

      formatter = listToAttrs (
        map (system: {
          name = system;
          value = nixpkgs.legacyPackages.${system}.nixfmt;
        }) (filter (system: nixpkgs.legacyPackages.${system} ? nixfmt) systems)
      );
    };
}
