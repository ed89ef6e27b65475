{
  imports = ../files/base.nix;
}
