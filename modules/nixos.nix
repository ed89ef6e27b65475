# services.bitcraps: a BitCraps node on NixOS. Everything in it that is not said here follows from the schema.
let
  inherit (builtins) dirOf elemAt match;

  # The folder of a database that is a file.
  folderOfDatabase =
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

  # Metrics are for whoever scrapes them from here or over a tunnel, not for the internet.
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
    // folderOfDatabase database.url;

  # A running process is not given another kind of socket: switching Bluetooth on or off restarts the node.
  addressFamilies = { network, ... }: if network.enable_bluetooth then [ "AF_BLUETOOTH" ] else [ ];
}
