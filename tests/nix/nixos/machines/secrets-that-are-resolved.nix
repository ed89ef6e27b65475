# A service that does not resolve references: it reads a resolved file, and reads it again on SIGHUP.
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
