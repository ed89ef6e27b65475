# Development: one node, or a few, on a developer's machine.
{
  imports = [ ./base.nix ];

  network = {
    listen_address = "127.0.0.1";
    bootstrap_nodes = [ ];
  };

  # Short enough to watch a game end.
  game = {
    game_timeout = "60s";
    auto_resolve_timeout = "15s";
  };

  # Two local nodes are a quorum.
  consensus.min_participants = 2;
}
