{ lib, ... }:
{
  app.name = lib.concatStringsSep 1 [ "a" ];
}
