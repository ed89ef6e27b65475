# The node of the bundled model, built from its example: it loads its config, serves its health and metrics,
# and reloads. `services.bitcraps` runs it.
{
  lib,
  confgate,
  rustPlatform,
}:
rustPlatform.buildRustPackage {
  pname = "bitcraps";
  inherit (confgate) version src;
  cargoLock.lockFile = ../Cargo.lock;

  buildNoDefaultFeatures = true;
  buildFeatures = [
    "live"
    "bitcraps"
  ];
  cargoBuildFlags = [
    "--example"
    "node"
  ];
  # `make test` runs the tests.
  doCheck = false;

  installPhase = ''
    runHook preInstall
    install -D --mode 755 target/*/release/examples/node $out/bin/bitcraps
    runHook postInstall
  '';

  passthru = { inherit (confgate) jsonschema; };

  meta = {
    inherit (confgate.meta) homepage license;
    description = "Node of the BitCraps model, with a config that Confgate validates";
    mainProgram = "bitcraps";
    maintainers = [ ];
    platforms = lib.platforms.linux;
  };
}
