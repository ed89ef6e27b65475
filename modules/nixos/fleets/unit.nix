# The part that the units of relays and controllers share.
{ lib }:
let
  inherit (lib)
    concatMap
    filterAttrs
    mapAttrs'
    mapAttrsToList
    nameValuePair
    optionals
    ;
  inherit (import ../command-line.nix { inherit lib; }) credential;

  # The files of a store that are secret, by the suffix of the option that names them.
  secretFiles =
    store:
    filterAttrs (_: file: file != null) {
      cert = store.certificateFile;
      key = store.keyFile;
      password-file = store.passwordFile;
    };
in
{
  # The options of a store. `prefix` begins the names of all but the first, and of the credentials.
  storeOptions =
    {
      unitName,
      option,
      prefix,
    }:
    store:
    [
      option
      (lib.concatStringsSep "," store.endpoints)
      "--${prefix}-timeout"
      store.timeout
    ]
    ++ optionals (store.caFile != null) [
      "--${prefix}-ca"
      "${store.caFile}"
    ]
    ++ optionals (store.user != null) [
      "--${prefix}-user"
      store.user
    ]
    ++ concatMap (suffix: [
      "--${prefix}-${suffix}"
      "/run/credentials/${unitName}.service/${prefix}-${suffix}"
    ]) (lib.attrNames (secretFiles store));

  # The credentials of a store, by name.
  storeCredentials =
    prefix: store: mapAttrs' (suffix: file: nameValuePair "${prefix}-${suffix}" file) (secretFiles store);

  serviceOptions =
    unit:
    [
      "--name"
      unit.serviceName
    ]
    ++ optionals (unit.schema != null) [
      "--schema"
      "${unit.schema}"
      "--service"
      unit.serviceName
    ];

  program = unit: lib.getExe' unit.package (unit.package.meta.mainProgram or "confgate");

  # A unit that needs the network, and nothing of the machine.
  networkUnit = description: credentials: serviceConfig: {
    inherit description;
    wants = [ "network-online.target" ];
    after = [ "network-online.target" ];
    wantedBy = [ "multi-user.target" ];
    serviceConfig = {
      Restart = "on-failure";
      RestartSec = 5;
      DynamicUser = true;
      UMask = "0077";
      CapabilityBoundingSet = "";
      AmbientCapabilities = "";
      ProtectProc = "invisible";
      ProcSubset = "pid";
      RestrictAddressFamilies = [
        "AF_UNIX"
        "AF_INET"
        "AF_INET6"
      ];
      LoadCredential = mapAttrsToList credential credentials;
    }
    // import ../hardening.nix
    // serviceConfig;
  };
}
