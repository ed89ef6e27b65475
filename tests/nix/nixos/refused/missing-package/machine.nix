{ lib, ... }:
{
  _module.args.pkgs = lib.mkForce { };
}
