{ lib, ... }:
{
  app.name = lib.mkForce (1 + "a");
}
