# services.bitcraps: a BitCraps node on NixOS. Everything not set here follows from the schema.
let
  inherit (builtins) dirOf elemAt match;

  # The folder of an SQLite database.
  databaseFolder =
    url:
    let
      file = match "sqlite:(//)?(/[^/?][^?]*)([?].*)?" url;
    in
    if file == null then { } else { "database.url" = dirOf (elemAt file 1); };
in
(import ./. { }).mkModule {
  name = "bitcraps";
  title = "BitCraps node";
  envPrefix = "BITCRAPS";
  reload = true;
  notify = true;

  # Metrics are scraped from this machine or through a tunnel, so the firewall stays closed for them.
  ports =
    { network, monitoring, ... }:
    {
      public = if network.enable_tcp then [ network.listen_port ] else [ ];
      private = [ monitoring.metrics_port ];
    };

  folders =
    { app, database, ... }:
    {
      "app.data_dir" = app.data_dir;
      "database.backup_dir" = database.backup_dir;
    }
    // databaseFolder database.url;

  # Switching Bluetooth on or off restarts the node: a running process keeps its socket types.
  addressFamilies = { network, ... }: if network.enable_bluetooth then [ "AF_BLUETOOTH" ] else [ ];
}
