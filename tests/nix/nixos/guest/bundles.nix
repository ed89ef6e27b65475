# The bundles of the generations in tests/guest, made without nixpkgs. One that the gate rejects is built too.
let
  inherit (builtins) getFlake mapAttrs;
  library = import ../../../../modules { };
  stub = getFlake "path:${toString ../../../../target/nixpkgs}";
  inherit (stub.legacyPackages.x86_64-linux) confgate;
in
library.mkConfigs {
  inherit confgate;
  name = "guest";
  bundles = mapAttrs (
    _: settings:
    library.mkBundle {
      # As the module names it.
      name = "bitcraps";
      environment = "Production";
      modules = [ settings ];
      root = ../../../..;
      check = false;
      inherit confgate;
    }
  ) (import ./settings.nix);
}
