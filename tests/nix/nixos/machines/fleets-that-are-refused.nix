# Relays and a controller whose options contradict each other.
{
  services.confgate.relays = {
    empty = { };
    open = {
      from.endpoints = [ "https://10.0.0.1:2379" ];
      to = {
        endpoints = [ "http://127.0.0.1:2379" ];
        user = "relay";
        certificateFile = "/run/secrets/relay.pem";
      };
      trustedPublicKeys = [ "config.example.org-1:AAAA+/=" ];
      listen = {
        port = 9465;
        address = "0.0.0.0";
        socket = "/run/relay.sock";
      };
    };
    closed = {
      from.endpoints = [ "http://10.0.0.1:2379" ];
      to.endpoints = [ "http://127.0.0.1:2379" ];
      trustedPublicKeys = [ "config.example.org-1:AAAA+/=" ];
      openFirewall = true;
    };
  };
  services.confgate.rollouts = {
    empty = { };
    open = {
      to.endpoints = [ "http://10.0.0.1:2379" ];
      listen = {
        port = 9467;
        address = "0.0.0.0";
      };
    };
    closed = {
      to.endpoints = [ "http://10.0.0.1:2379" ];
      scrape = true;
    };
  };
}
