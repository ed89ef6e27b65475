# The schema that the quick start of any service shows, without a setting.
let
  inherit (builtins) elemAt split toFile;
  page = builtins.readFile ../../../../docs/quickstart/service.md;
  schema = elemAt (split "```" (elemAt (split "```json\n" page) 2)) 0;
in
{
  imports = [
    ((import ../../../../modules { }).mkModule {
      name = "relay";
      schemaFile = toFile "relay.schema.json" schema;
      package = pkgs: pkgs.coreutils // { meta.mainProgram = "relay"; };
    })
  ];

  services.relay = {
    enable = true;
    settings.workers = 8;
  };
}
