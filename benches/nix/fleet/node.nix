# One node. Each differs from the others, so that no value is shared between them.
index:
{ config, ... }:
{
  app = {
    name = "node-${toString index}";
    worker_threads = 8;
  };

  network = {
    listen_port = 8000 + index;
    bootstrap_nodes = [ "203.0.113.5:${toString config.network.listen_port}" ];
  };

  monitoring.metrics_port = 20000 + index;
  game.auto_resolve_timeout = "60s";
  treasury.min_reserve = 100000000 + index;
}
