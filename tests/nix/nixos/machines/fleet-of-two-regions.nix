# A relay with certificates and a port that other machines reach, one without any of it, and a controller with a token.
{
  services.confgate.relays = {
    bitcraps = {
      region = "eu";
      from = {
        endpoints = [
          "https://etcd1.example.org:2379"
          "https://etcd2.example.org:2379"
        ];
        caFile = "/etc/confgate/ca.pem";
        certificateFile = "/run/secrets/relay.pem";
        keyFile = "/run/secrets/relay-key.pem";
        timeout = "5s";
      };
      to = {
        endpoints = [ "http://127.0.0.1:2379" ];
        user = "relay";
        passwordFile = "/run/secrets/relay password";
      };
      trustedPublicKeys = [ "config.example.org-1:AAAA+/=" ];
      listen = {
        port = 9465;
        address = "::";
        tokenFile = "/run/secrets/relay-token";
      };
      openFirewall = true;
    };
    lamps = {
      serviceName = "lamp";
      schema = "/etc/confgate/lamp.schema.json";
      from.endpoints = [ "http://10.0.0.1:2379" ];
      to.endpoints = [ "http://127.0.0.1:2379" ];
      trustedPublicKeys = [ "config.example.org-1:AAAA+/=" ];
      extraArguments = [
        "--log"
        "debug"
      ];
    };
    disabled.enable = false;
  };
  services.confgate.rollouts.lamps.to.endpoints = [ "http://10.0.0.1:2379" ];
  services.confgate.rollouts.bitcraps = {
    listen = {
      port = 9467;
      hosts = [ "controller.example.org" ];
    };
    scrape = true;
    to = {
      endpoints = [ "https://etcd1.example.org:2379" ];
      caFile = "/etc/confgate/ca.pem";
    };
    lease = "30s";
    credentials.prometheus-token = "/run/secrets/prometheus-token";
  };
}
