# The unit of a relay.
{ lib }:
let
  inherit (lib)
    concatMap
    hasInfix
    hasPrefix
    optional
    optionalAttrs
    optionals
    ;
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
  inherit (relay) listen unitName;
  # An IPv6 address is in brackets before a port.
  address = if hasInfix ":" listen.address then "[${listen.address}]" else listen.address;
  isLoopback = hasPrefix "127." listen.address || listen.address == "::1";
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
    // optionalAttrs (listen.tokenFile != null) { relay-token = listen.tokenFile; }
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
      ++ (
        if listen.port != null then
          [
            "--listen"
            "${address}:${toString listen.port}"
          ]
          ++ optional (!isLoopback) "--listen-anywhere"
        else
          optionals (listen.socket != null) [
            "--listen"
            "unix:${listen.socket}"
          ]
      )
      ++ optionals (listen.tokenFile != null) [
        "--token-file"
        "/run/credentials/${unitName}.service/relay-token"
      ]
      ++ relay.extraArguments
    );
  }
