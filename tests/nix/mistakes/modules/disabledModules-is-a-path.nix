{
  disabledModules = ../files/base.nix;
}
