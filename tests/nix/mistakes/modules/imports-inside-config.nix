{
  config.imports = [ ../files/base.nix ];
}
