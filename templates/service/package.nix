{ rustPlatform }:
rustPlatform.buildRustPackage {
  pname = "greeter";
  version = "0.1.0";
  src = ./.;
  cargoLock = {
    lockFile = ./Cargo.lock;
    allowBuiltinFetchGit = true;
  };
  meta.mainProgram = "greeter";
}
