{ lib, ... }:
{
  app = lib.mkMerge [
    { log_level = "info"; }
    { name = throw "my own message"; }
  ];
}
