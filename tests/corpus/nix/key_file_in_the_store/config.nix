{
  security.tls_key_path = "${./config.nix}";
}
