# A service whose schema refers to files beside it: they are beside it on the machine as well.
{
  imports = [
    ((import ../../../../modules { }).mkModule {
      name = "relay";
      schemaFile = ../../schemas/identified.json;
      schemaMap."https://example.net/level.json" = ../../schemas/mapped/level.json;
      resolve = true;
      package = pkgs: pkgs.coreutils // { meta.mainProgram = "relayd"; };
      arguments = file: [ file ];
    })
  ];

  services.relay.enable = true;
}
