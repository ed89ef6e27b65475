{
  description = "A machine in a flake, as its owner has it";

  inputs.confgate.url = "github:confgate/confgate";
  inputs.nixpkgs-lib.url = "github:nix-community/nixpkgs.lib";
  inputs.nixpkgs-lib.flake = false;

  outputs =
    { confgate, nixpkgs-lib, ... }:
    let
      inherit
        (import "${confgate}/tests/nix/nixos/nixos.nix" {
          lib = import nixpkgs-lib;
          confgate = confgate.packages.x86_64-linux.default;
        })
        machine
        ;

      node = machine [
        confgate.nixosModules.default
        # Another module imports it too.
        confgate.nixosModules.bitcraps
        ./hosts/node.nix
      ];
    in
    {
      # The parts of the machine that a build evaluates and builds.
      node = builtins.deepSeq node.config.systemd.services (builtins.head node.config.system.checks);
    };
}
