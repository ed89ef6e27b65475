{
  security = {
    enable_tls = false;
    tls_cert_path = null;
    tls_key_path = null;
  };
}
