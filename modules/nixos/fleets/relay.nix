# The options of services.confgate.relays.NAME.
{
  config,
  lib,
  name,
  pkgs,
  ...
}:
let
  inherit (lib) literalExpression mkOption types;
  endpoints = store: import ./endpoints.nix { inherit lib store; };
in
{
  options =
    import ./common.nix {
      inherit lib name pkgs;
      kind = "relay";
    }
    // {
      from = endpoints "the authority, which releases are published to";
      to = endpoints "the region, which its nodes follow";

      region = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "eu";
        description = "Name of the region. Its overrides are forwarded, and the reports of its nodes alone.";
      };

      trustedPublicKeys = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "config.example.org-1:…" ];
        description = "Keys that sign bundles and overrides. One signature is enough.";
      };

      listen = {
        socket = mkOption {
          type = types.nullOr types.externalPath;
          default = if config.listen.port == null then "/run/${config.unitName}/relay.sock" else null;
          defaultText = literalExpression ''if listen.port == null then "/run/confgate-relay-''${name}/relay.sock" else null'';
          description = "Unix socket for `/metrics` and `/health`.";
        };
        port = mkOption {
          type = types.nullOr types.port;
          default = null;
          example = 9465;
          description = "TCP port for `/metrics` and `/health`, in place of the socket.";
        };
        address = mkOption {
          type = types.str;
          default = "127.0.0.1";
          description = "IP address of the port.";
        };
        tokenFile = mkOption {
          type = types.nullOr types.externalPath;
          default = null;
          description = "File with the token that clients send. systemd passes it as a credential.";
        };
      };

      openFirewall = mkOption {
        type = types.bool;
        default = false;
        description = "Whether to open the port in the firewall.";
      };
    };
}
