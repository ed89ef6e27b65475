# The small schema as options of nixpkgs' module system, written by hand as a NixOS module would
# declare them for Production.
{ lib }:
let
  inherit (lib) mkOption types;
  inherit (types)
    attrsOf
    bool
    either
    enum
    int
    listOf
    nullOr
    number
    str
    submodule
    ;

  option = type: default: mkOption { inherit type default; };
  required = type: mkOption { inherit type; };
in
{
  app = {
    name = option str "service";
    level = option str "info";
    environment = option str "Production";
    owner = required str;
  };

  network = {
    port = option int 80;
    ratio = option number 0.5;
    secure = option bool false;
    certificate = option (nullOr str) "/etc/cert.pem";
    proxy = option (nullOr str) null;
    peers = option (listOf str) [ "seed:1" ];
    ports = option (listOf int) [ ];
    relays = option (listOf (submodule {
      options = {
        url = required str;
        weight = option int 1;
        password = option (nullOr str) null;
        tags = option (listOf str) [ ];
      };
    })) [ ];
    limits = {
      burst = option int 10;
      rate = option number 1.5;
    };
  };

  labels = option (attrsOf str) { };
  zones = option (attrsOf (submodule {
    options = {
      size = option int 1;
      hosts = option (listOf str) [ ];
    };
  })) { };

  profile = option (either
    (enum [
      "Fast"
      "Balanced"
    ])
    (submodule {
      options.Custom.cpu = {
        threads = option int 2;
        hints = option (listOf str) [ ];
      };
    })
  ) "Balanced";

  mirror = option (nullOr (submodule {
    options = {
      url = required str;
      depth = option int 3;
    };
  })) null;
}
