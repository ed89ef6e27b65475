{ lib, ... }:
{
  app.name = lib.mkForce "forced";
}
