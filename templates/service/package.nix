{ rustPlatform }:
rustPlatform.buildRustPackage {
  pname = "greeter";
  version = "0.1.0";
  src = ./.;
  cargoLock = {
    lockFile = ./Cargo.lock;
    allowBuiltinFetchGit = true;
  };
  # For `forSchema` and editors.
  passthru.jsonschema = ./schema.json;
  meta.mainProgram = "greeter";
}
