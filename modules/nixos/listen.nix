# The address at which an agent, a relay or a controller answers requests: its options, their errors, and what a unit needs for it.
{ lib }:
let
  inherit (lib)
    concatMap
    hasInfix
    hasPrefix
    literalExpression
    mkOption
    optional
    optionalAttrs
    optionals
    types
    ;

  isLoopback = listen: hasPrefix "127." listen.address || listen.address == "::1";

  # An IPv6 address is in brackets before a port.
  hostOf = address: if hasInfix ":" address then "[${address}]" else address;

  tokenName = kind: "${kind}-token";
in
{
  # `kind` is the word for the unit in names, `unit` the one in sentences, and `content` says what clients read.
  options =
    {
      option,
      unitName,
      kind,
      unit ? kind,
      file ? kind,
      pages,
      content ? null,
      forGroup ? "",
      listen,
      examplePort,
    }:
    {
      listen = {
        socket = mkOption {
          type = types.nullOr types.externalPath;
          default = if listen.port == null then "/run/${unitName}/${file}.sock" else null;
          defaultText = literalExpression ''if listen.port == null then "/run/confgate-${kind}-''${name}/${file}.sock" else null'';
          description = ''
            Unix socket for ${pages}${forGroup}. With `null` and no port, the ${unit} answers no requests.
          '';
        };
        port = mkOption {
          type = types.nullOr types.port;
          default = null;
          example = examplePort;
          description = "TCP port for ${pages}, in place of the socket.";
        };
        address = mkOption {
          type = types.str;
          default = "127.0.0.1";
          example = "0.0.0.0";
          description = ''
            IP address of the port. ${
              if content == null then
                "An address that other machines reach"
              else
                "Clients of an address that other machines reach can read ${content}, so such an address"
            } needs `${option}.listen.tokenFile`.
          '';
        };
        hosts = mkOption {
          type = types.listOf types.str;
          default = [ ];
          example = [ "${kind}.example.net" ];
          description = "Host names under which clients address the ${unit}, beside addresses and `localhost`.";
        };
        tokenFile = mkOption {
          type = types.nullOr types.externalPath;
          default = null;
          example = "/run/secrets/${tokenName kind}";
          description = "File with the token that clients send. systemd passes it to the ${unit} as a credential.";
        };
      };

      openFirewall = mkOption {
        type = types.bool;
        default = false;
        description = "Whether to open the port of the ${unit} in the firewall.";
      };

      scrape = mkOption {
        type = types.bool;
        default = false;
        description = "Whether the Prometheus of this machine scrapes the metrics of the ${unit}. It needs a port.";
      };
    };

  # Errors that show before anything is built. `readers` says what machines that reach the address could do.
  assertions = option: readers: unit: [
    {
      assertion = unit.listen.port == null || unit.listen.socket == null;
      message = "${option}.listen has both a port and a socket: set one of them";
    }
    {
      assertion = unit.listen.port == null || isLoopback unit.listen || unit.listen.tokenFile != null;
      message = "${option}.listen.address is reached by other machines${readers}: set ${option}.listen.tokenFile to the path of a token, or use 127.0.0.1";
    }
    {
      assertion = !unit.openFirewall || (unit.listen.port != null && !isLoopback unit.listen);
      message = "${option}.openFirewall opens nothing: set ${option}.listen.port, and ${option}.listen.address to one that other machines reach";
    }
    {
      assertion = !unit.scrape || unit.listen.port != null;
      message = "${option}.scrape needs a port: set ${option}.listen.port";
    }
  ];

  # The arguments of the program.
  arguments =
    kind:
    { listen, unitName, ... }:
    (
      if listen.port != null then
        [
          "--listen"
          "${hostOf listen.address}:${toString listen.port}"
        ]
        ++ optional (!isLoopback listen) "--listen-anywhere"
      else
        optionals (listen.socket != null) [
          "--listen"
          "unix:${listen.socket}"
        ]
    )
    ++ concatMap (host: [
      "--allow-host"
      host
    ]) listen.hosts
    ++ optionals (listen.tokenFile != null) [
      "--token-file"
      "/run/credentials/${unitName}.service/${tokenName kind}"
    ];

  # The credentials of the unit, by name.
  credentials =
    kind: listen: optionalAttrs (listen.tokenFile != null) { ${tokenName kind} = listen.tokenFile; };

  # The ports that the firewall opens.
  ports = unit: optional (unit.openFirewall && unit.listen.port != null) unit.listen.port;

  # The job of this machine's Prometheus.
  scrapeConfigs =
    job: unit:
    let
      inherit (unit) listen;
      isAny = lib.elem listen.address [
        "0.0.0.0"
        "::"
      ];
      host = if isAny then "127.0.0.1" else hostOf listen.address;
    in
    optional unit.scrape (
      {
        job_name = job;
        static_configs = [ { targets = [ "${host}:${toString listen.port}" ]; } ];
      }
      // optionalAttrs (listen.tokenFile != null) {
        # Prometheus reads the file itself, so its user needs access to it.
        authorization.credentials_file = listen.tokenFile;
      }
    );
}
