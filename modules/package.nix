# The confgate binary, built from source.
{
  lib,
  rustPlatform,
  installShellFiles,
  protobuf,
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
  # In a workspace, the package inherits its version.
  version = manifest.workspace.package.version or manifest.package.version;

  # Only what cargo reads, so an edit of a config does not rebuild the binary.
  src = toSource {
    root = ../.;
    fileset = unions [
      ../Cargo.lock
      ../Cargo.toml
      ../README.md
      ../src
      (fileset.maybeMissing ../crates)
      ../benches
      ../tests
      (fileset.maybeMissing ../examples)
      ./schema.json
    ];
  };
  cargoLock.lockFile = ../Cargo.lock;

  # Includes deployment, fleets, agent and secret providers.
  buildFeatures = [ "full" ];

  # The tests need the whole repository, Nix, age and servers; `make test` runs them.
  doCheck = false;

  # The client of etcd is generated at its build.
  nativeBuildInputs = [
    installShellFiles
    protobuf
  ];

  postInstall = lib.optionalString canRun ''
    $out/bin/confgate man man
    installManPage man/*
    installShellCompletion --cmd confgate \
      --bash <($out/bin/confgate completions bash) \
      --fish <($out/bin/confgate completions fish) \
      --zsh <($out/bin/confgate completions zsh)
  '';

  # The schema of the bundled model, for editors and `forSchema`.
  passthru.jsonschema = ./schema.json;

  meta = {
    inherit (manifest.package) description;
    homepage = manifest.workspace.package.repository;
    changelog = "${manifest.workspace.package.repository}/blob/main/CHANGELOG.md";
    maintainers = [ ];
    license = [
      licenses.mit
      licenses.asl20
    ];
    mainProgram = "confgate";
    platforms = lib.platforms.linux;
  };
}
