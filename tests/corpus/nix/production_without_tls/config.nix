{ lib, ... }:
{
  security.enable_tls = lib.mkForce false;
}
