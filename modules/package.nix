# The binary, built from source.
{
  lib,
  rustPlatform,
  installShellFiles,
  stdenv,
}:
let
  inherit (lib) fileset importTOML licenses;
  inherit (lib.fileset) toSource unions;
  manifest = importTOML ../Cargo.toml;
  canRun = stdenv.buildPlatform.canExecute stdenv.hostPlatform;
in
rustPlatform.buildRustPackage {
  pname = manifest.package.name;
  inherit (manifest.package) version;

  # What cargo reads and nothing else, so that an edit of a config does not rebuild the binary.
  src = toSource {
    root = ../.;
    fileset = unions [
      ../Cargo.lock
      ../Cargo.toml
      ../README.md
      ../src
      ../benches
      ../tests
      (fileset.maybeMissing ../examples)
      ./schema.json
    ];
  };
  cargoLock.lockFile = ../Cargo.lock;

  # Whoever has it from Nix runs services on it and brings configs to nodes.
  buildFeatures = [ "full" ];

  # The tests belong to the repository (`make test`): they read all of it, and run Nix, age and servers.
  doCheck = false;

  nativeBuildInputs = [ installShellFiles ];

  postInstall = lib.optionalString canRun ''
    $out/bin/confgate man man
    installManPage man/*
    installShellCompletion --cmd confgate \
      --bash <($out/bin/confgate completions bash) \
      --fish <($out/bin/confgate completions fish) \
      --zsh <($out/bin/confgate completions zsh)
  '';

  meta = {
    inherit (manifest.package) description;
    license = [
      licenses.mit
      licenses.asl20
    ];
    mainProgram = "confgate";
    platforms = lib.platforms.linux;
  };
}
