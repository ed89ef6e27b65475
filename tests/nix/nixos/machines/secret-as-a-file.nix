# The path of a credential, for a program that expects a file.
{
  services.bitcraps = {
    enable = true;
    settings.security.tls_key_path = "/run/credentials/bitcraps.service/TLS_KEY";
    secrets.TLS_KEY = "/var/lib/acme/node.example.net/key.pem";
  };
}
