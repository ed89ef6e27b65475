# A service that knows no references: it reads a file with the secrets in their places, and reads it again on SIGHUP.
{
  imports = [
    ((import ../../../../modules { }).mkModule {
      name = "lamp-post";
      title = "Lamp";
      schemaFile = ../lamp/schema.json;
      format = "json";
      resolve = true;
      reload = true;
      package = pkgs: pkgs.coreutils // { meta.mainProgram = "lampd"; };
      arguments = file: [ file ];
    })
  ];

  services.lamp-post = {
    enable = true;
    secrets.ROOM = "/run/secrets/room";
    settings =
      { secret, ... }:
      {
        room = secret "ROOM";
      };
  };
}
