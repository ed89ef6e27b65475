# Development: a node on a developer's machine, alone or with a few others on the same one.
{
  imports = [ ./base.nix ];

  network = {
    listen_address = "127.0.0.1";
    bootstrap_nodes = [ ];
  };

  # Games end while one is still looking.
  game = {
    game_timeout = "60s";
    auto_resolve_timeout = "15s";
  };

  # Two nodes are a quorum on one desk.
  consensus.min_participants = 2;
}
