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

  listen = import ../listen.nix { inherit lib; };
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
    ]
    ++ listen.assertions option "" relay;

  rollout =
    name: rollout:
    let
      option = "services.confgate.rollouts.${name}";
    in
    ofStore "${option}.to" rollout.to ++ listen.assertions option "" rollout;
}
