{
  security.tls_cert_path = ./config.nix;
}
