# A small schema with one place of each kind, for the claims about evaluate.nix.
let
  # A field without a default that is not optional is required.
  object = properties: {
    type = "object";
    additionalProperties = false;
    required = builtins.filter (
      name: builtins.intersectAttrs presence properties.${name} == { }
    ) (builtins.attrNames properties);
    inherit properties;
  };
  presence = {
    default = null;
    oneOf = null;
    x-defaults = null;
    x-optional = null;
  };
  string = {
    type = "string";
  };
  optional =
    type:
    {
      x-optional = true;
    }
    // type;
  nullable = type: {
    type = [
      type
      "null"
    ];
    x-optional = true;
  };
in
object {
  app = object {
    name = string // {
      default = "service";
    };
    level = string // {
      x-defaults = {
        Development = "debug";
        Testing = "debug";
        Staging = "debug";
        Production = "info";
      };
    };
    environment = string // {
      x-environment = true;
      x-defaults = {
        Development = "Development";
        Testing = "Testing";
        Staging = "Staging";
        Production = "Production";
      };
    };
    # Required, without a default.
    owner = string;
  };

  network = object {
    port = {
      type = "integer";
      minimum = 1;
      maximum = 65535;
      default = 80;
    };
    ratio = {
      type = "number";
      default = 0.5;
    };
    secure = {
      type = "boolean";
      default = false;
    };
    certificate = nullable "string" // {
      x-defaults = {
        Staging = "/etc/cert.pem";
        Production = "/etc/cert.pem";
      };
    };
    proxy = nullable "string";
    peers = {
      type = "array";
      items = string;
      default = [ "seed:1" ];
    };
    ports = {
      type = "array";
      items = {
        type = "integer";
      };
      default = [ ];
    };
    relays = {
      type = "array";
      default = [ ];
      items = object {
        url = string;
        weight = {
          type = "integer";
          default = 1;
        };
        password = nullable "string";
        tags = {
          type = "array";
          items = string;
          default = [ ];
        };
      };
    };
    limits = object {
      burst = {
        type = "integer";
        default = 10;
      };
      rate = {
        type = "number";
        default = 1.5;
      };
    };
  };

  # Maps: of values, and of tables.
  labels = {
    type = "object";
    additionalProperties = string;
    default = { };
  };
  zones = {
    type = "object";
    default = { };
    additionalProperties = object {
      size = {
        type = "integer";
        default = 1;
      };
      hosts = {
        type = "array";
        items = string;
        default = [ ];
      };
    };
  };

  # A string or a table.
  profile = {
    default = "Balanced";
    oneOf = [
      (
        string
        // {
          enum = [
            "Fast"
            "Balanced"
          ];
        }
      )
      (
        object {
          Custom = object {
            cpu = object {
              threads = {
                type = "integer";
                default = 2;
              };
              hints = {
                type = "array";
                items = string;
                default = [ ];
              };
            };
          };
        }
        // {
          required = [ "Custom" ];
        }
      )
    ];
  };

  # An optional table.
  mirror = optional {
    anyOf = [
      (object {
        url = string;
        depth = {
          type = "integer";
          default = 3;
        };
      })
      { type = "null"; }
    ];
  };

  # Any value.
  extra = optional { };
}
