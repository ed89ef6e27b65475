{
  game = ../files/base.nix;
}
