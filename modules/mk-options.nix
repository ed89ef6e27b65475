# The options of the settings, outside of a NixOS machine.
schema:
{
  lib,
  environment ? "Production",
}:
let
  canonical = (import ./environments.nix).parse environment;
in
(lib.evalModules {
  modules = [
    (import ./options.nix {
      inherit lib schema;
      environment = canonical;
    })
  ];
  specialArgs = {
    environment = canonical;
    secret = import ./secret.nix;
  };
}).options
