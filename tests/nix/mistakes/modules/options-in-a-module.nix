{ lib, ... }:
{
  options.network.extra = lib.mkOption { };
}
