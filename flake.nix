{
  description = "Validated service configuration: Nix modules are rendered to TOML and checked against the schema of the config types";

  # Evaluated only for the binary from source, the dev shell, the formatter, the options and the VM test.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (builtins)
        filter
        listToAttrs
        mapAttrs
        readFile
        ;

      # The system whose binary builds the bundles that each system asks for. Nodes run Linux, so a Mac builds them with a
      # remote builder or the Linux builder of nix-darwin.
      builders = {
        x86_64-linux = "x86_64-linux";
        aarch64-linux = "aarch64-linux";
        x86_64-darwin = "x86_64-linux";
        aarch64-darwin = "aarch64-linux";
      };

      # scripts/nix replaces nixpkgs with a flake that only has a prebuilt binary for one system.
      systems = filter (system: nixpkgs.legacyPackages ? ${system}) (builtins.attrNames builders);
      forEachSystem =
        output:
        listToAttrs (
          map (system: {
            name = system;
            value = output nixpkgs.legacyPackages.${system} nixpkgs.legacyPackages.${builders.${system}};
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

      # Outputs that need a function of nixpkgs. The flake of scripts/nix has none.
      withFunction = pkgs: name: outputs: if pkgs ? ${name} then outputs else { };
    in
    {
      # Public outputs.

      lib = import ./modules { };

      overlays.default = import ./modules/overlay.nix;

      # The file is the key of each module, so importing it twice counts once. Nix 2.8 rejects a path here.
      nixosModules = {
        default = {
          _class = "nixos";
          imports = [
            self.nixosModules.bitcraps
            self.nixosModules.agents
            self.nixosModules.fleets
          ];
        };
        bitcraps = {
          _class = "nixos";
          _file = ./modules/nixos.nix;
          imports = [ ./modules/nixos.nix ];
        };
        agents = {
          _class = "nixos";
          _file = ./modules/nixos/agents.nix;
          imports = [ ./modules/nixos/agents.nix ];
        };
        fleets = {
          _class = "nixos";
          _file = ./modules/nixos/fleets.nix;
          imports = [ ./modules/nixos/fleets.nix ];
        };
      };

      # For flake-parts.
      flakeModules.default = {
        _file = ./modules/flake-parts.nix;
        imports = [ ./modules/flake-parts.nix ];
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
        pkgs: linux:
        let
          confgate = confgateOf linux;
          bundles = bundlesOf linux;
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
        // withFunction linux "rustPlatform" {
          bitcraps = linux.callPackage ./modules/bitcraps.nix { inherit confgate; };
        }
      );

      # nix run .#diff -- OLD NEW
      apps = forEachSystem (
        pkgs: _:
        # The program itself runs on Linux.
        if pkgs ? writeShellApplication && pkgs.stdenv.hostPlatform.isLinux then
          {
            diff = {
              type = "app";
              program = "${
                pkgs.writeShellApplication {
                  name = "flake-diff";
                  runtimeInputs = [
                    (confgateOf pkgs)
                    pkgs.git
                  ];
                  text = readFile ./scripts/flake-diff;
                }
              }/bin/flake-diff";
              meta.description = "Print the changes of a fleet between two revisions as Markdown or HTML";
            };
          }
        else
          { }
      );

      # The options of the settings and of the NixOS modules, for nixd and for documentation.
      options = {
        settings = self.lib.mkOptions { inherit (nixpkgs) lib; };
        nixos =
          (nixpkgs.lib.evalModules {
            class = "nixos";
            modules = [
              self.nixosModules.default
              {
                _module.check = false;
                _module.args.pkgs = nixpkgs.legacyPackages.x86_64-linux;
              }
            ];
          }).options;
      };

      # Development outputs.

      checks = forEachSystem (
        pkgs: linux:
        bundlesOf linux
        // {
          package = confgateOf linux;

          # The claims on evaluate.nix; a false one fails the evaluation with its name.
          evaluate = builtins.seq (import ./tests/nix) (
            self.lib.mkConfigs {
              name = "evaluate";
              bundles = { };
              confgate = confgateOf linux;
            }
          );
        }
        // withFunction pkgs "nixfmt-tree" {
          format = pkgs.runCommand "format" { nativeBuildInputs = [ pkgs.nixfmt-tree ]; } ''
            cp --recursive --no-preserve mode ${self} source
            cd source
            treefmt --ci --tree-root . --walk filesystem
            touch $out
          '';
        }
        # The VM test needs all of nixpkgs.
        // withFunction linux "testers" {
          vm = linux.testers.runNixOSTest (
            import ./tests/nix/nixos/vm.nix {
              module = self.nixosModules.bitcraps;
              confgate = confgateOf linux;
            }
          );
        }
      );

      devShells = forEachSystem (
        pkgs: _:
        withFunction pkgs "mkShell" {
          default = pkgs.mkShell {
            packages = [
              pkgs.cargo
              pkgs.clippy
              pkgs.rustc
              pkgs.rustfmt
              pkgs.nixd
              pkgs.nixfmt-tree
              pkgs.check-jsonschema
              pkgs.taplo
            ];
          };
        }
      );

      formatter = listToAttrs (
        map (system: {
          name = system;
          value = nixpkgs.legacyPackages.${system}.nixfmt-tree;
        }) (filter (system: nixpkgs.legacyPackages.${system} ? nixfmt-tree) systems)
      );
    };
}
