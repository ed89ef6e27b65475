{ lib, ... }:
let
  inherit (lib)
    concatStringsSep
    filterAttrs
    genAttrs
    optional
    optionalAttrs
    optionals
    recursiveUpdate
    toInt
    ;
  ports = lib.importJSON ./ports.json;
in
recursiveUpdate
  {
    app.name = concatStringsSep "-" [
      "node"
      (lib.toLower "EU")
    ];
    network = {
      listen_port = toInt "8400";
      stun_servers = optional true "stun.example.net:3478" ++ optionals false [ "other.example.net:3478" ];
    };
    monitoring = filterAttrs (_: value: value != null) {
      metrics_port = ports.metrics;
      tracing_endpoint = null;
    };
  }
  (
    optionalAttrs (genAttrs [ "eu" ] (name: name == "eu")).eu {
      network.max_connections = lib.mkVMOverride 400;
    }
  )
