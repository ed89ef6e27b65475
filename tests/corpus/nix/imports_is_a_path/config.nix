{
  imports = ./base.nix;
}
