# Errors in the options of a relay or a controller that show before anything is built.
{ lib }:
let
  isTls = endpoints: lib.any (lib.hasPrefix "https://") endpoints;

  ofStore = option: store: [
    {
      assertion = store.endpoints != [ ];
      message = "${option}.endpoints is empty: set it to the addresses of the servers, such as [ \"https://etcd1.example.org:2379\" ]";
    }
    {
      assertion = !(isTls store.endpoints) || store.caFile != null;
      message = "${option}.endpoints has https://, which needs the CA certificates of the servers: set ${option}.caFile";
    }
    {
      assertion = (store.certificateFile == null) == (store.keyFile == null);
      message = "${option}.certificateFile and ${option}.keyFile belong together: set both or none";
    }
    {
      assertion = (store.user == null) == (store.passwordFile == null);
      message = "${option}.user and ${option}.passwordFile belong together: set both or none";
    }
  ];

  isLoopback = address: lib.hasPrefix "127." address || address == "::1";
in
{
  relay =
    name: relay:
    let
      option = "services.confgate.relays.${name}";
    in
    ofStore "${option}.from" relay.from
    ++ ofStore "${option}.to" relay.to
    ++ [
      {
        assertion = relay.trustedPublicKeys != [ ];
        message = "${option}.trustedPublicKeys is empty: set it to the keys that sign bundles";
      }
      {
        assertion = relay.listen.port == null || relay.listen.socket == null;
        message = "${option}.listen has both a port and a socket: set one of them";
      }
      {
        assertion = relay.listen.port == null || isLoopback relay.listen.address || relay.listen.tokenFile != null;
        message = "${option}.listen.address is reached by other machines: set ${option}.listen.tokenFile to the path of a token, or use 127.0.0.1";
      }
      {
        assertion = !relay.openFirewall || (relay.listen.port != null && !isLoopback relay.listen.address);
        message = "${option}.openFirewall opens nothing: set ${option}.listen.port, and ${option}.listen.address to one that other machines reach";
      }
    ];

  rollout = name: rollout: ofStore "services.confgate.rollouts.${name}.to" rollout.to;
}
