{ lib, ... }:
{
  network = lib.genAttrs 5 (name: 1);
}
