# The options of one store: the servers of a cluster of etcd, and how they are reached.
{ lib, store }:
let
  inherit (lib) mkOption types;
  path =
    description:
    mkOption {
      type = types.nullOr types.externalPath;
      default = null;
      inherit description;
    };
in
{
  endpoints = mkOption {
    type = types.listOf types.str;
    default = [ ];
    example = [ "https://etcd1.example.org:2379" ];
    description = "Addresses of the servers of ${store}, which are one cluster.";
  };
  caFile = mkOption {
    type = types.nullOr types.path;
    default = null;
    description = "File with the CA certificates of the servers. `https://` needs it.";
  };
  certificateFile = path "File with a client certificate. systemd passes it as a credential, so that a renewed one needs a restart of the unit.";
  keyFile = path "File with the key of the client certificate. systemd passes it as a credential.";
  user = mkOption {
    type = types.nullOr types.str;
    default = null;
    description = "User of etcd.";
  };
  passwordFile = path "File with the user's password. systemd passes it as a credential.";
  timeout = mkOption {
    type = types.str;
    default = "10s";
    description = "The time that one operation may take.";
  };
}
