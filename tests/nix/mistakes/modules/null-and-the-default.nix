{ lib, ... }:
{
  security.tls_cert_path = lib.mkOverride 1500 null;
}
