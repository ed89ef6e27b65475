# A service whose schema chooses between forms, has fields that may be absent, and tables that are open.
{
  imports = [
    ((import ../../../../modules { }).mkModule {
      name = "forwarder";
      schemaFile = ./schema.json;
      package = pkgs: pkgs.coreutils // { meta.mainProgram = "forwarder"; };
    })
  ];

  services.forwarder.enable = true;
}
