let
  string = {
    type = "string";
  };
  evaluate = import ../../../modules/evaluate.nix {
    schema = {
      type = "object";
      required = [
        "hosts"
        "listen"
        "owner"
      ];
      properties = {
        owner = string;
        token = string;
        hosts = {
          type = "array";
          items = string;
        };
        labels = {
          type = "object";
          additionalProperties = string;
        };
        words = {
          oneOf = [
            { enum = [ "auto" ]; }
            { type = "array"; }
          ];
        };
        listen = {
          type = "object";
          required = [ "port" ];
          properties.port.type = "integer";
        };
        tls = {
          type = "object";
          required = [ "certificate" ];
          properties.certificate = string;
        };
      };
    };
  };
  inherit (evaluate {
    modules = [ ];
    environment = "Production";
  }) config settings;
in
{ throws, ... }:
{
  actual = [
    (throws config.owner)
    (throws config.listen.port)
    config.token
    config.words
    config.tls
    config.hosts
    config.labels
    settings
  ];
  expected = [
    true
    true
    null
    null
    { certificate = null; }
    [ ]
    { }
    { }
  ];
}
