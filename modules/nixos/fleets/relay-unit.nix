# The unit of a relay.
{ lib }:
let
  inherit (lib) concatMap optionals;
  inherit (import ../command-line.nix { inherit lib; }) commandLine;
  inherit (import ./unit.nix { inherit lib; })
    networkUnit
    program
    serviceOptions
    storeCredentials
    storeOptions
    ;
in
name: relay:
let
  inherit (relay) unitName;
  listen = import ../listen.nix { inherit lib; };
  from = {
    inherit unitName;
    option = "--from";
    prefix = "from";
  };
  to = {
    inherit unitName;
    option = "--to";
    prefix = "etcd";
  };
in
networkUnit "Relay of ${relay.serviceName} to its region"
  (
    storeCredentials "from" relay.from
    // storeCredentials "etcd" relay.to
    // listen.credentials "relay" relay.listen
  )
  {
    Type = "notify";
    RuntimeDirectory = unitName;
    ExecStart = commandLine (
      [
        (program relay)
        "relay"
      ]
      ++ serviceOptions relay
      ++ storeOptions from relay.from
      ++ storeOptions to relay.to
      ++ optionals (relay.region != null) [
        "--region"
        relay.region
      ]
      ++ concatMap (key: [
        "--trusted-public-key"
        key
      ]) relay.trustedPublicKeys
      ++ listen.arguments "relay" relay
      ++ relay.extraArguments
    );
  }
