{
  imports.base = ../files/base.nix;
}
