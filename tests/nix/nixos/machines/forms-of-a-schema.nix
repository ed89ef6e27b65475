# Each form of a table, in a field, in a list and in a map, and settings that are computed from them.
{
  imports = [ ../forms/machine.nix ];

  services.forwarder = {
    secrets.SINK = "/run/secrets/sink";
    settings =
      {
        config,
        lib,
        secret,
        ...
      }:
      {
        token = if config.tls.certificate == null then null else "\${SECRET_SINK}";
        retries = lib.mkOptionDefault 2;
        tags = map (sink: sink.type) config.sinks;
        labels = {
          login = config.login.kind;
          store = builtins.concatStringsSep "," (builtins.attrNames config.store);
          upstreams = toString (builtins.length (builtins.attrNames config.upstreams));
        };
        login = {
          kind = "basic";
          user = "relay";
          limit = 3;
        };
        store.Bucket.name = "messages";
        sinks = [
          {
            type = "file";
            "with".path = "/var/lib/forwarder/messages";
          }
          {
            type = "http";
            "with" = {
              url = "https://sink.example.net";
              token = secret "SINK";
            };
          }
        ];
        upstreams.main = {
          url = "https://main.example.net";
          retry = {
            attempts = 3;
            jitter = [ 0.5 ];
          };
        };
      };
  };
}
