{ region, ... }:
{
  imports = [ region ];
  _module.args.region = ../files/base.nix;
}
